"""Counts the facts of a whole history in one pass over the orders, sorted by time, in memory.

It gives for each order the figures that the database gave when the order was judged, at a
thousandth of the queries.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from orders.domain import fraud_facts
from orders.domain.fraud_facts import MOST_EARLIER, WINDOWS, Earlier, Facts, Flow, Subject

_LENGTHS: Final = {minutes: timedelta(minutes=minutes) for minutes in WINDOWS}
_SWEEP_EVERY: Final = 5000


@dataclass(frozen=True, slots=True)
class Past:
    """One order as history has it; `subjects` are fingerprint, id and keyed hash, none empty."""

    placed_at: datetime
    total_cents: int
    region: str
    phone_region: str
    subjects: Mapping[Subject, str]


@dataclass(slots=True)
class _Window:
    """The orders of one subject within one length of time, with their running sum."""

    length: timedelta
    within: deque[tuple[datetime, int]] = field(default_factory=deque)
    cents: int = 0

    def add(self, at: datetime, cents: int) -> tuple[int, int]:
        begin = at - self.length
        while self.within and self.within[0][0] <= begin:
            self.cents -= self.within.popleft()[1]
        self.within.append((at, cents))
        self.cents += cents
        return len(self.within), self.cents


class History:
    """What has been placed so far; give it the orders by (time, id), each once."""

    def __init__(self, *, sweep_every: int = _SWEEP_EVERY) -> None:
        """Begin before the first order; what left every window is dropped now and then."""
        self._sweep_every = sweep_every
        self._seen = 0
        self._windows: dict[tuple[Subject, str], list[tuple[int, _Window]]] = {}
        self._earlier: dict[str, deque[Earlier]] = {}

    def facts_of(
        self,
        past: Past,
        *,
        blocked: tuple[Subject, ...] = (),
        allowed: tuple[Subject, ...] = (),
    ) -> Facts:
        """Return the facts of the next order, and remember it for those after it.

        The lists are not history: they are told by who was there.
        """
        customer = past.subjects[Subject.CUSTOMER]
        earlier = self._earlier.setdefault(customer, deque(maxlen=MOST_EARLIER))
        facts = Facts(
            total_cents=past.total_cents,
            region=past.region,
            phone_region=past.phone_region,
            hour=fraud_facts.hour_in_brazil(past.placed_at),
            flows=self._flows(past),
            earlier_orders=len(earlier),
            median_cents=fraud_facts.median_cents(earlier),
            earlier_regions=fraud_facts.regions_of(earlier),
            blocked=blocked,
            allowed=allowed,
        )
        earlier.append(Earlier(past.total_cents, past.region))
        self._seen += 1
        if self._seen % self._sweep_every == 0:
            self._sweep(past.placed_at)
        return facts

    def _sweep(self, now: datetime) -> None:
        begin = now - _LENGTHS[max(WINDOWS)]
        self._windows = {
            key: windows
            for key, windows in self._windows.items()
            if windows[0][1].within[-1][0] > begin
        }

    def _flows(self, past: Past) -> tuple[Flow, ...]:
        return tuple(
            Flow(subject, minutes, *window.add(past.placed_at, past.total_cents))
            for subject, value in past.subjects.items()
            for minutes, window in self._windows_of(subject, value)
        )

    def _windows_of(self, subject: Subject, value: str) -> list[tuple[int, _Window]]:
        found = self._windows.get((subject, value))
        if found is None:
            found = [(minutes, _Window(length)) for minutes, length in _LENGTHS.items()]
            self._windows[subject, value] = found
        return found
