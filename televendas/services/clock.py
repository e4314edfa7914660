"""How long it took to forget: from each order, event or missed snapshot to the last read by SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from televendas.models import Erasure

_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Erasures of one cause: how many, and in seconds the median, the 99th of 100, the longest.

    `unscrubbed` is how many of them may still stand in bytes that no SQL reads.
    """

    cause: str
    people: int
    p50: float
    p99: float
    longest: float
    unscrubbed: int


def clocks(since: datetime) -> list[Clock]:
    """Return the clocks of what was forgotten after `since`, by cause; of many, the newest."""
    rows = Erasure.objects.filter(requested_at__gte=since).order_by("-pk")[:_MOST]
    by_cause: dict[str, list[Erasure]] = {}
    for each in rows:
        by_cause.setdefault(each.cause, []).append(each)
    return [_clock(cause, some) for cause, some in sorted(by_cause.items())]


def last_days(now: datetime, days: int = 30) -> list[Clock]:
    """Return the clocks of the last `days`."""
    return clocks(now - timedelta(days=days))


def _clock(cause: str, erasures: Sequence[Erasure]) -> Clock:
    # An event from a machine whose clock runs ahead is no time travel.
    seconds = sorted(
        max(0.0, (each.unreadable_at - each.requested_at).total_seconds()) for each in erasures
    )
    return Clock(
        cause=cause,
        people=len(seconds),
        p50=_rank(seconds, 0.5),
        p99=_rank(seconds, 0.99),
        longest=seconds[-1],
        unscrubbed=sum(each.scrubbed_at is None for each in erasures),
    )


def _rank(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of them do not exceed."""
    place = -(-len(ordered) * share // 1)
    return ordered[max(0, int(place) - 1)]
