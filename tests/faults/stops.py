"""Stops every process by SIGTERM under traffic: nothing in hand is lost, and each ends in time."""

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.faults import commands
from tests.faults.house import BROKER, House
from tests.faults.legs import Leg, run_leg

# What P21 promises.
SECONDS_TO_END: Final = 10.0
_CLIENTS: Final = 8
_CARDS: Final = 4
_PAYMENTS: Final = 400
# The bank is stopped again as soon as it is back, and some clients may never meet it in between.
_PATIENCE_SECONDS: Final = 3600
_MOST_TEXT: Final = 1000
_ENDED: Final = re.compile(r"exited: (\S+) \((.+?);")
_WELL: Final = "exit status 0"
# Uvicorn hands the signal on to itself when all is done.
_AS_WELL: Final = {("live", "terminated by SIGTERM")}


@dataclass(slots=True)
class Stops:
    """What came of the stops; `endings` are each process's seconds from SIGTERM to its end.

    `ends` are how they ended, in the supervisor's words; `wrong_payments` is what the hammer
    said of any run in which an outcome stayed unknown or an answer was false.
    """

    endings: list[tuple[str, float]] = field(default_factory=list)
    while_away: list[tuple[str, float]] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    leg: Leg = field(default_factory=lambda: Leg("SIGTERM"))
    payments: int = 0
    wrong_payments: list[str] = field(default_factory=list)

    @property
    def late(self) -> list[tuple[str, float]]:
        """Return whoever took longer than is promised."""
        both = [*self.endings, *self.while_away]
        return [each for each in both if each[1] > SECONDS_TO_END]

    @property
    def odd(self) -> list[tuple[str, str]]:
        """Return whoever ended otherwise than by itself and well."""
        return [each for each in self.ends if each[1] != _WELL and each not in _AS_WELL]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, and nobody was late."""
        has_paid = self.payments > 0 and not self.wrong_payments
        return self.leg.is_clean and has_paid and not self.late and not self.odd


def run(house: House, *, least: int, rate: float, seed: int, victims: Sequence[str] = ()) -> Stops:
    """Stop processes under traffic, `least` times in all, and once with the broker frozen.

    They are the `victims`, or all of ours where none is named.

    Raises NotBackError where one stays away, TrafficError where no traffic came about.
    """
    stops = Stops()
    victims = victims or victims_of(house)

    def stop(victim: str) -> float:
        seconds, ready = house.terminate(victim)
        stops.endings.append((victim, seconds))
        return ready

    seen = len(_ends(house, victims))
    with _paying(house, stops):
        stops.leg = run_leg(
            house,
            "SIGTERM",
            victims,
            kills=-(-least // len(victims)),
            rate=rate,
            seed=seed,
            least=1,
            strike=stop,
        )
        stops.while_away = _without_broker(house, victims)
    house.wait_ready()
    stops.ends = _ends(house, victims)[seen:]
    return stops


def victims_of(house: House) -> list[str]:
    """Return all processes that are ours to stop: broker and database are somebody else's."""
    return [each.name for each in house.plan.programs if each.name != BROKER]


def _without_broker(house: House, victims: Sequence[str]) -> list[tuple[str, float]]:
    """Stop every process once while the broker takes connections and answers nothing."""
    with house.frozen(BROKER), ThreadPoolExecutor(len(victims)) as pool:
        return list(zip(victims, pool.map(house.end, victims), strict=True))


def _ends(house: House, victims: Sequence[str]) -> list[tuple[str, str]]:
    log = house.plan.var / "log" / "supervisor.log"
    return [(name, end) for name, end in _ENDED.findall(log.read_text()) if name in victims]


@contextmanager
def _paying(house: House, stops: Stops) -> Iterator[None]:
    """Let clients pay at the bank meanwhile, each payment repeated until its outcome is known."""
    ending = threading.Event()

    def pay_on() -> None:
        while not ending.is_set():
            code, said = commands.run(house, "hammer", *_blows(house))
            stops.payments += _PAYMENTS
            if code:
                stops.wrong_payments.append(said[-_MOST_TEXT:])

    with ThreadPoolExecutor(1) as pool:
        paid = pool.submit(pay_on)
        try:
            yield
        finally:
            ending.set()
        paid.result()


def _blows(house: House) -> list[str]:
    options = {
        "address": house.plan.bank_address,
        "clients": _CLIENTS,
        "cards": _CARDS,
        "payments": _PAYMENTS,
        "patience": _PATIENCE_SECONDS,
    }
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]
