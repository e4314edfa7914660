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
from televendas.models import Customer, Erasure, Snapshot
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
