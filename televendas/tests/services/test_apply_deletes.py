"""A record that somebody left: the row goes, a hash stays, and an erasure is for good."""

from datetime import timedelta

import pytest
from django.forms import model_to_dict

from televendas.models import CallClaim, CallOutcome, CallTurn, Erasure
from televendas.tests.reading import NOW, READ_AT, apply, left, outcome, person, row, version, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
LATER = NOW + timedelta(days=3)


def called(customer_id: str = "1") -> None:
    """Give the customer a past with an agent."""
    who = person(customer_id)
    CallTurn.objects.create(person=who, due_at=NOW)
    CallClaim.objects.create(person=who, agent_id=7, claimed_at=NOW, expires_at=NOW)
    CallOutcome.objects.create(person=who, agent_id=7, outcome="sold", at=NOW)


class TestADelete:
    def test_leaves_a_hash_and_a_version(self) -> None:
        apply(wrote(5))
        called()

        apply(left(6), first=8, now=LATER)

        assert model_to_dict(row()) | {"person": str(row().person)} == {
            "person": person(),
            "state": "deleted",
            "source": "",
            "customer_id": "",
            "name": "",
            "phone": None,
            "phone_problem": "",
            "region": "",
            "version": version(6),
            "last_read": version(6),
            "last_place": "2/8",
            "first_seen_at": None,
            "changed_at": LATER,
            "retain_until": None,
        }
        assert [each.objects.count() for each in (CallTurn, CallClaim, CallOutcome)] == [0, 0, 0]

    def test_starts_and_stops_the_clock(self) -> None:
        apply(wrote(5))

        apply(left(6), now=LATER)

        clock = Erasure.objects.get()
        assert (clock.person, clock.cause) == (person(), "event")
        assert (clock.requested_at, clock.unreadable_at) == (READ_AT, LATER)

    def test_is_clocked_once_and_only_where_something_was_held(self) -> None:
        apply(left(6))
        apply(wrote(5, "2"), left(6, "2"))
        apply(wrote(5, "3"))
        apply(left(6, "3"))
        apply(left(6, "3"))

        assert [each.person for each in Erasure.objects.all()] == [person("3")]

    def test_blocks_what_is_not_newer(self) -> None:
        apply(left(6))

        apply(wrote(6))

        assert outcome() == ("deleted", 6)

    def test_is_undone_by_what_is_newer(self) -> None:
        apply(wrote(5))
        called()

        apply(left(6), wrote(7, name="Somebody else"), now=LATER)

        found = row()
        assert (found.state, found.name, found.first_seen_at) == ("present", "Somebody else", LATER)
        assert not CallOutcome.objects.exists()

    def test_that_is_older_than_what_is_there_changes_nothing(self) -> None:
        apply(wrote(5))
        called()

        apply(left(4), first=3)

        assert outcome() == ("present", 5)
        assert row().last_read == version(4)
        assert CallOutcome.objects.exists()


class TestATombstone:
    def test_deletes_what_stands(self) -> None:
        apply(wrote(5))

        apply(left(None), first=1)

        assert outcome() == ("deleted", 5)

    def test_that_comes_again_spares_who_came_back(self) -> None:
        apply(wrote(1), left(2), left(None), wrote(3))

        apply(left(2), left(None), first=4)
        apply(left(None), first=6)

        assert outcome() == ("present", 3)

    def test_tried_again_after_its_time_changes_nothing(self) -> None:
        apply(wrote(1), wrote(3), first=10)

        apply(left(None), first=5)

        assert outcome() == ("present", 3)


class TestAnErasure:
    def test_is_for_good(self) -> None:
        apply(wrote(5))

        apply(left(6, for_good=True))
        apply(wrote(99))
        apply(left(100))
        apply(left(None), wrote(101))

        assert outcome() == ("erased", 6)
        assert (row().customer_id, row().last_read, row().last_place) == ("", version(6), "")

    def test_of_somebody_deleted_or_unknown_is_clocked_too(self) -> None:
        apply(wrote(5))
        apply(left(6))

        apply(left(6, for_good=True), left(1, "2", for_good=True))

        assert outcome() == ("erased", 6)
        assert outcome("2") == ("erased", 1)
        assert Erasure.objects.count() == 3

    def test_within_a_batch_of_writes_wins(self) -> None:
        apply(wrote(9), left(5, for_good=True), wrote(12))

        assert outcome() == ("erased", 5)
