"""Sweeps happen once the reader is past the snapshot, and wait until then."""

import pytest

from messaging.errors import TransientError
from televendas.models import Snapshot
from televendas.services.sweeping import sweep_due
from televendas.tests.reading import NOW, apply, outcome, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


class Told:
    """Progress as a test says it is."""

    def __init__(self, ends: dict[int, int], committed: dict[int, int]) -> None:
        self._ends, self._committed = ends, committed

    def ends(self) -> dict[int, int]:
        return self._ends

    def committed(self) -> dict[int, int]:
        return self._committed


class Away(Told):
    def __init__(self) -> None:
        super().__init__({}, {})

    def ends(self) -> dict[int, int]:
        raise TransientError("away")


def test_waits_for_the_reader_and_then_sweeps_once() -> None:
    apply(wrote(5, "gone"), wrote(20, "last", ends=True))

    [waits] = sweep_due(Told({0: 9, 1: 4}, {0: 9, 1: 3}), NOW)
    assert (waits.is_done, outcome("gone")) == (False, ("present", 5))

    # The topic has grown meanwhile, which the sweep need not wait for.
    [done] = sweep_due(Told({0: 99, 1: 99}, {0: 9, 1: 4}), NOW)
    assert (done.is_done, done.people, outcome("gone")) == (True, 1, ("deleted", 5))
    assert sweep_due(Told({0: 99}, {0: 99}), NOW) == []


def test_without_a_snapshot_nothing_is_asked() -> None:
    apply(wrote(5))

    assert sweep_due(Away(), NOW) == []


def test_a_broker_that_is_away_leaves_all_as_it_was() -> None:
    apply(wrote(20, "last", ends=True))

    with pytest.raises(TransientError):
        sweep_due(Away(), NOW)

    assert Snapshot.objects.get().ends == {}
