"""Payments over gRPC while the processes on their way are killed; then the books are compared."""

import contextlib
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import MySQLdb

from config.launcher.plan import LOOPBACK
from tests.faults import commands
from tests.faults.commands import Command
from tests.faults.house import BROKER, DATABASE, House

VICTIMS: Final = ("bank", "relay", "statement", BROKER, DATABASE)
_CARDS: Final = 20
_CLIENTS: Final = 8
_CENTS: Final = 100
_SETTLE_SECONDS: Final = 240
_LOOK_EVERY: Final = 0.5
_MOST_TEXT: Final = 3000


class NotPayingError(Exception):
    """Whoever should pay has ended; the text holds what was said."""


@dataclass(frozen=True, slots=True)
class Books:
    """What stood in the books at the end; the digests are over every line, before and after.

    `paid_by_then` is how many had paid when the last was killed.
    """

    kills: int
    paid_by_then: int
    approved: int
    lines: int
    checked: str
    digests: tuple[str, ...]

    @property
    def is_green(self) -> bool:
        """Tell whether every invariant held."""
        return _is_green(self.checked)

    @property
    def is_alike(self) -> bool:
        """Tell whether the statement made anew was the same to the byte."""
        return len(self.digests) == 2 and len(set(self.digests)) == 1

    @property
    def is_clean(self) -> bool:
        """Tell whether the statement is complete, once, equal to the ledger, and rebuilt alike."""
        return self.approved == self.lines > 0 and self.is_alike and self.is_green


def run(house: House, *, payments: int, kills: int, rate: float) -> Books:
    """Pay `payments` times while each of VICTIMS is killed `kills` times beside each other.

    No more than `rate` are begun a second, so that they last as long as the kills.

    Raises NotBackError where a process stays away, NotPayingError where nobody pays.
    """
    with Command(house, "hammer", *_blows(house, payments, rate)) as hammer:
        _wait_paying(house, hammer)
        done = _kill_all(house, kills, every=payments / rate / kills)
        paid_by_then = _count(house, "bank_payment")
        _, hammered = hammer.outcome()
    house.wait_ready()
    approved, lines = _settled(house)
    _, checked = commands.run(house, "check_invariants")
    _, rebuilt = commands.run(house, "rebuild_statement")
    digests = tuple(re.findall(r"^(?:before|after)\s+(\w{64})$", rebuilt, re.MULTILINE))
    told = checked if _is_green(checked) else f"{checked}\n{hammered}"
    return Books(done, paid_by_then, approved, lines, told[-_MOST_TEXT:], digests)


def _blows(house: House, payments: int, rate: float) -> Sequence[str]:
    options = {
        "address": house.plan.bank_address,
        "clients": _CLIENTS,
        "cards": _CARDS,
        "payments": payments,
        "rate": rate,
        "limit-cents": payments * _CENTS,
        "amount-cents": _CENTS,
    }
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]


def _is_green(checked: str) -> bool:
    rows = [line for line in checked.splitlines() if re.match(r"(ok|RED|\?)\s", line)]
    return bool(rows) and all(row.startswith("ok") for row in rows)


def _wait_paying(house: House, hammer: Command) -> None:
    """Wait until the first has paid: cards have to be issued before anything is killed."""
    while not _count(house, "bank_payment"):
        if hammer.has_ended:
            raise NotPayingError(hammer.outcome()[1][-_MOST_TEXT:])
        time.sleep(_LOOK_EVERY)


def _kill_all(house: House, kills: int, *, every: float) -> int:
    """Kill each victim `kills` times, one of its kills `every` so many seconds."""
    begun = time.monotonic()

    def again_and_again(victim: str) -> int:
        for number in range(kills):
            time.sleep(max(0.0, begun + number * every - time.monotonic()))
            house.kill(victim)
        return kills

    with ThreadPoolExecutor(len(VICTIMS)) as pool:
        return sum(pool.map(again_and_again, VICTIMS))


def _settled(house: House) -> tuple[int, int]:
    """Return approved payments and lines once they are as many, or as they are in the end."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        approved = _count(house, "bank_payment WHERE status = 'approved'")
        lines = _count(house, "bank_statement_line")
        if approved == lines > 0 or time.monotonic() > deadline:
            return approved, lines
        time.sleep(_LOOK_EVERY)


def _count(house: House, rows: str) -> int:
    connection = MySQLdb.connect(
        host=LOOPBACK, port=house.database_port, user="root", database="trilho"
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {rows}")
        return int(cursor.fetchone()[0])
