"""Payments over gRPC while the processes on their way are killed; then the books are compared."""

import contextlib
import re
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import MySQLdb

from config.launcher.plan import LOOPBACK
from tests.faults.commands import command
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
    """What stood in the books at the end; the digests are over every line, before and after."""

    kills: int
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


def run(house: House, *, payments: int, kills: int) -> Books:
    """Pay `payments` times while each of VICTIMS is killed `kills` times beside each other.

    Raises NotBackError where a process stays away, NotPayingError where nobody pays.
    """
    hammer = command(house, "hammer", *_blows(house, payments))
    try:
        _wait_paying(house, hammer)
        done = _kill_all(house, kills)
        said = hammer.communicate()[0]
    finally:
        hammer.kill()
        hammer.wait()
    house.wait_ready()
    approved, lines = _settled(house)
    checked = command(house, "check_invariants").communicate()[0]
    rebuilt = command(house, "rebuild_statement").communicate()[0]
    digests = tuple(re.findall(r"^(?:before|after)\s+(\w{64})$", rebuilt, re.MULTILINE))
    told = checked if _is_green(checked) else f"{checked}\n{said}"
    return Books(done, approved, lines, told[-_MOST_TEXT:], digests)


def _blows(house: House, payments: int) -> Sequence[str]:
    options = {
        "address": house.plan.bank_address,
        "clients": _CLIENTS,
        "cards": _CARDS,
        "payments": payments,
        "limit-cents": payments * _CENTS,
        "amount-cents": _CENTS,
    }
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]


def _is_green(checked: str) -> bool:
    rows = [line for line in checked.splitlines() if re.match(r"(ok|RED|\?)\s", line)]
    return bool(rows) and all(row.startswith("ok") for row in rows)


def _wait_paying(house: House, hammer: "subprocess.Popen[str]") -> None:
    """Wait until the first has paid: cards have to be issued before anything is killed."""
    while not _count(house, "bank_payment"):
        if hammer.poll() is not None:
            raise NotPayingError(hammer.communicate()[0][-_MOST_TEXT:])
        time.sleep(_LOOK_EVERY)


def _kill_all(house: House, kills: int) -> int:
    def again_and_again(victim: str) -> int:
        for _ in range(kills):
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
