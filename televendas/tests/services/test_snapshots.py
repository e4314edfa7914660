"""Who left while nobody watched is swept after a full snapshot, and nobody else."""

import pytest

from televendas.models import Erasure, Snapshot
from televendas.services import snapshots
from televendas.tests.reading import NOW, READ_AT, apply, outcome, person, row, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def test_sweeps_who_was_not_in_the_snapshot() -> None:
    apply(wrote(5, "gone"), wrote(5, "stays"), wrote(5, "1", source="shop"))
    apply(wrote(20, "stays"), wrote(23, "new"), wrote(20, "last", ends=True), first=3)
    [snapshot] = snapshots.pending()

    assert snapshots.sweep(snapshot, NOW) == 1

    assert outcome("gone") == ("deleted", 5)
    assert {outcome(each)[0] for each in ("stays", "new", "last") if outcome(each)} == {"present"}  # type: ignore[index]
    assert row(source="shop").state == "present"
    clock = Erasure.objects.get()
    assert (clock.person, clock.cause, clock.requested_at) == (person("gone"), "sweep", READ_AT)
    assert (snapshot.swept, snapshot.swept_at) == (1, NOW)
    assert snapshots.pending() == []


def test_a_second_sweep_changes_nothing() -> None:
    apply(wrote(5, "gone"), wrote(20, "last", ends=True))
    [snapshot] = snapshots.pending()

    snapshots.sweep(snapshot, NOW)

    assert snapshots.sweep(snapshot, NOW) == 1
    assert Erasure.objects.count() == 1


def test_whoever_the_snapshot_mentions_late_comes_back() -> None:
    apply(wrote(5, "late"), wrote(20, "last", ends=True))
    snapshots.sweep(snapshots.pending()[0], NOW)

    apply(wrote(20, "late"), first=9)

    assert outcome("late") == ("present", 20)


def test_a_snapshot_again_changes_nothing() -> None:
    people = [wrote(5, str(number)) for number in range(20)]
    apply(*people)
    before = [(row(each.customer_id).changed_at, row(each.customer_id).name) for each in people]

    again = [wrote(20, each.customer_id, ends=each is people[-1]) for each in people]
    apply(*again, first=20)

    assert snapshots.sweep(snapshots.pending()[0], NOW) == 0
    assert before == [
        (row(each.customer_id).changed_at, row(each.customer_id).name) for each in people
    ]


def test_waits_until_all_partitions_are_read() -> None:
    apply(wrote(20, "last", ends=True))
    [snapshot] = snapshots.pending()
    assert not snapshots.is_ready(snapshot, {0: 100, 1: 100})

    snapshots.pin_ends(snapshot, {0: 7, 1: 9, 2: 0})
    snapshots.pin_ends(snapshot, {0: 700})

    kept = Snapshot.objects.get()
    assert not snapshots.is_ready(kept, {0: 7, 1: 8})
    assert snapshots.is_ready(kept, {0: 7, 1: 9})


def test_many_are_swept_in_several_transactions() -> None:
    apply(*(wrote(1, str(number)) for number in range(700)))
    apply(wrote(2, "last", ends=True), first=700)

    assert snapshots.sweep(snapshots.pending()[0], NOW) == 700
