"""What is known of an order at the moment its fraud verdict is made: figures only, no person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median_low
from typing import Final
from zoneinfo import ZoneInfo

WINDOWS: Final = (10, 60, 1440)
"""The lengths of time in which orders are counted, in minutes."""

MOST_EARLIER: Final = 50
"""How many of a customer's latest orders make the median and the known regions."""

_BRAZIL: Final = ZoneInfo("America/Sao_Paulo")


class Subject(StrEnum):
    """By what an order is known again."""

    CARD = "card"
    CUSTOMER = "customer"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Flow:
    """How many orders came of one subject within `minutes`, and their cents; this one included."""

    of: Subject
    minutes: int
    orders: int
    cents: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier order of the same customer."""

    total_cents: int
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules may look at; the same facts give the same verdict, for ever.

    `hour` is the wall clock's in Brazil. `phone_region` is the state of the phone's area code,
    empty where that is not known. `blocked` and `allowed` tell which of the order's subjects
    stood on the lists when it was judged.
    """

    total_cents: int
    region: str
    phone_region: str
    hour: int
    flows: tuple[Flow, ...]
    earlier_orders: int
    median_cents: int
    earlier_regions: tuple[str, ...]
    blocked: tuple[Subject, ...] = ()
    allowed: tuple[Subject, ...] = ()

    def flow(self, of: Subject, minutes: int) -> Flow | None:
        """Return what came of a subject within `minutes`; None where the order names none."""
        for each in self.flows:
            if each.minutes == minutes and each.of is of:
                return each
        return None


def hour_in_brazil(at: datetime) -> int:
    """Return the hour, 0 to 23, that clocks in Brazil showed at an aware moment."""
    return at.astimezone(_BRAZIL).hour


def median_cents(earlier: Sequence[Earlier]) -> int:
    """Return the lower median of the amounts, 0 where there are none."""
    return median_low([each.total_cents for each in earlier]) if earlier else 0


def regions_of(earlier: Iterable[Earlier]) -> tuple[str, ...]:
    """Return each region once, in the alphabet's order."""
    return tuple(sorted({each.region for each in earlier}))
