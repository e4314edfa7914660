"""How long forgetting took, by cause."""

from datetime import timedelta

import pytest

from televendas.models import Erasure
from televendas.services.clock import Clock, clocks, last_days
from televendas.tests.reading import NOW

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def erased(seconds: float, cause: str = "event", days_ago: int = 0, scrubbed: bool = True) -> None:
    requested_at = NOW - timedelta(days=days_ago)
    unreadable_at = requested_at + timedelta(seconds=seconds)
    Erasure.objects.create(
        person="p",
        cause=cause,
        requested_at=requested_at,
        unreadable_at=unreadable_at,
        scrubbed_at=unreadable_at if scrubbed else None,
    )


def test_gives_ranks_by_cause() -> None:
    for seconds in range(1, 101):
        erased(seconds)
    erased(7, "command", scrubbed=False)

    assert clocks(NOW) == [
        Clock("command", 1, p50=7, p99=7, longest=7, unscrubbed=1),
        Clock("event", 100, p50=50, p99=99, longest=100, unscrubbed=0),
    ]


def test_looks_back_for_so_many_days() -> None:
    erased(1, days_ago=31)

    assert last_days(NOW, 30) == []


def test_a_clock_that_runs_ahead_counts_as_none() -> None:
    erased(-3)

    assert clocks(NOW)[0].longest == 0
