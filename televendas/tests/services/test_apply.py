"""A batch of records becomes lean rows: the newest stands, whatever the order and the batches."""

from datetime import timedelta

import msgspec
import pytest
from django.db import transaction
from django.forms import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from televendas.domain.folding import fold
from televendas.events import CustomerRead
from televendas.models import CallClaim, CallOutcome, CallTurn, Customer, Erasure, Snapshot
from televendas.services.apply import _reading, apply_records
from televendas.tests.reading import (
    DAYS,
    KEY,
    NOW,
    READ_AT,
    UNTIL,
    apply,
    left,
    messages,
    outcome,
    person,
    row,
    version,
    wrote,
)

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
LATER = NOW + timedelta(days=3)


def called(customer_id: str = "1") -> None:
    """Give the customer a past with an agent."""
    who = person(customer_id)
    CallTurn.objects.create(person=who, due_at=NOW)
    CallClaim.objects.create(person=who, agent_id=7, claimed_at=NOW, expires_at=NOW)
    CallOutcome.objects.create(person=who, agent_id=7, outcome="sold", at=NOW)


class TestAWrite:
    def test_makes_a_lean_row(self) -> None:
        apply(wrote(5), first=40)

        assert model_to_dict(row()) | {"person": str(row().person)} == {
            "person": person(),
            "state": "present",
            "source": "banco1",
            "customer_id": "1",
            "name": "Maria",
            "phone": "+5511987654321",
            "phone_problem": "",
            "region": "SE",
            "version": version(5),
            "last_read": version(5),
            "last_place": "2/40",
            "first_seen_at": NOW,
            "changed_at": NOW,
            "retain_until": UNTIL,
        }

    @pytest.mark.parametrize("old", ["+5511987654321", None])
    @pytest.mark.parametrize("new", ["+5511912345678", None])
    def test_that_is_newer_takes_the_place(self, old: str | None, new: str | None) -> None:
        apply(wrote(5, phone=old))

        apply(wrote(6, name="Maria Souza", phone=new, region="S"), now=LATER)

        found = row()
        assert (found.name, found.phone, found.region) == ("Maria Souza", new, "S")
        assert found.phone_problem == ("" if new else "missing")
        assert (found.first_seen_at, found.changed_at) == (NOW, LATER)

    def test_that_is_older_changes_nothing_but_what_was_read_last(self) -> None:
        apply(wrote(5))

        apply(wrote(4, name="Old"), first=9, now=LATER)

        found = row()
        assert (found.name, found.version, found.changed_at) == ("Maria", version(5), NOW)
        assert (found.last_read, found.last_place) == (version(4), "2/9")

    def test_of_a_move_updates_and_does_not_double(self) -> None:
        apply(wrote(5, region="SE"), wrote(6, region="NE"))

        assert Customer.objects.get().region == "NE"

    def test_that_says_the_same_at_a_newer_place_prolongs_nothing(self) -> None:
        apply(wrote(5))

        apply(wrote(9), now=LATER)

        found = row()
        assert (found.version, found.changed_at, found.retain_until) == (version(9), NOW, UNTIL)

    @pytest.mark.parametrize("name", ["maria", "María", "Maria "])
    def test_that_differs_by_a_letters_form_is_a_change(self, name: str) -> None:
        apply(wrote(5))

        apply(wrote(6, name=name), now=LATER)

        assert (row().name, row().changed_at) == (name, LATER)

    def test_of_one_id_from_two_sources_makes_two_people(self) -> None:
        apply(wrote(5, source="banco1", name="One"), wrote(3, source="shop", name="Two"))
        apply(left(9, source="shop"))

        assert row(source="banco1").name == "One"
        assert row(source="shop").state == "deleted"

    def test_of_awkward_text_comes_out_as_it_went_in(self) -> None:
        names = ["'); DROP TABLE x; --", "a\\b", "é 張 😀", "%s", ""]
        apply(*(wrote(1, str(place), name=name) for place, name in enumerate(names)))

        assert [row(str(place)).name for place in range(len(names))] == names


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


class TestATimeThatCannotBe:
    @pytest.mark.parametrize("timestamp_ms", [-1, 0, 2**62, -(2**62), 4_102_444_800_000])
    def test_keeps_nobody_longer_and_holds_up_no_delete(self, timestamp_ms: int) -> None:
        for offset, event in enumerate([wrote(5, ends=True), left(6)]):
            [message] = messages([event], first=offset)
            record = msgspec.structs.replace(message.record, timestamp_ms=timestamp_ms)
            with transaction.atomic(using="televendas"):
                apply_records(
                    [msgspec.structs.replace(message, record=record)],
                    key=KEY,
                    retention_days=DAYS,
                    now=NOW,
                    using="televendas",
                )
            if not offset:
                assert row().retain_until == UNTIL

        assert outcome() == ("deleted", 6)
        assert Erasure.objects.get().requested_at <= NOW


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


class TestASnapshotsEnd:
    def test_is_noted_once(self) -> None:
        apply(wrote(5, ends=True))
        apply(wrote(5, ends=True), first=1)

        noted = Snapshot.objects.get()
        assert (noted.source, noted.version, noted.ended_at) == ("banco1", version(5), READ_AT)
        assert (noted.ends, noted.swept_at) == ({}, None)

    def test_of_an_emptied_table_names_nobody(self) -> None:
        apply(CustomerRead(origin="banco1", customer_id="", version=version(9), snapshot_ends=True))

        assert Snapshot.objects.exists()
        assert not Customer.objects.exists()


numbers = st.integers(1, 6)
events = st.one_of(
    st.builds(lambda at: wrote(at, name=f"Version {at}"), numbers),
    st.builds(left, numbers),
    st.builds(lambda: left(None)),
    st.builds(lambda at: left(at, for_good=True), numbers),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(events, min_size=1, max_size=5), max_size=6))
def test_the_table_keeps_what_the_rules_say(batches: list[list[CustomerRead]]) -> None:
    Customer.objects.all().delete()
    everything = [event for batch in batches for event in batch]
    expected = fold(None, [_reading(each) for each in messages(everything)]).standing

    first = 0
    for batch in batches:
        apply(*batch, first=first)
        first += len(batch)

    found = Customer.objects.first()
    if expected is None:
        assert found is None
        return
    assert found is not None
    kept = (found.state, found.version, found.last_read, found.last_place)
    assert kept == tuple(expected)
    is_present = expected.state == "present"
    assert found.name == (f"Version {int(expected.version)}" if is_present else "")
