"""What the reports count: the days that are asked for, and how long each step of an order took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

LONGEST_DAYS: Final = 400
USUAL_DAYS: Final = 30
STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "stock": ("placed_at", "reserved_at"),
    "fraud": ("placed_at", "judged_at"),
    "payment": ("placed_at", "paid_at"),
    "list": ("paid_at", "picking_at"),
    "picking": ("picking_at", "picked_at"),
    "dispatch": ("picked_at", "dispatched_at"),
}
"""Each step's beginning and end among the milestones."""


class BadPeriodError(ValueError):
    """The days make no period; `param` names the field."""

    def __init__(self, param: str) -> None:
        """Keep which field is wrong."""
        super().__init__(param)
        self.param = param


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the business time zone, the last one included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Return every day of it."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


def period_of(first: str, last: str, *, today: date) -> Period:
    """Return the period of two days in ISO form; empty ones mean the last thirty days.

    Raises BadPeriodError for what is no day, ends before it begins, or is longer than 400 days.
    """
    end = _day("to", last) if last else today
    begin = _day("from", first) if first else _usual_beginning(end)
    if not timedelta(0) <= end - begin < timedelta(days=LONGEST_DAYS):
        raise BadPeriodError("from")
    return Period(begin, end)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a step took, in seconds: the middle and the slowest of twenty; how many orders."""

    step: str
    count: int
    p50: float
    p95: float


def paces(rows: Iterable[Mapping[str, datetime | None]]) -> list[Pace]:
    """Return the pace of every step over orders given as their milestones."""
    taken: dict[str, list[float]] = {step: [] for step in STEPS}
    for row in rows:
        for step, (begin, end) in STEPS.items():
            begun, ended = row[begin], row[end]
            if begun is not None and ended is not None:
                taken[step].append((ended - begun).total_seconds())
    return [
        Pace(step, len(seconds), percentile(seconds, 50), percentile(seconds, 95))
        for step, seconds in taken.items()
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value below which so many of a hundred lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _usual_beginning(end: date) -> date:
    return date.fromordinal(max(1, end.toordinal() - USUAL_DAYS + 1))


def _day(param: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadPeriodError(param) from None
