"""People are forgotten: what is left of them is a hash, a version and a state."""

import pytest
from django.db import transaction

from televendas.models import CallOutcome, Customer, Erasure
from televendas.services.forget import forget
from televendas.tests.reading import NOW, READ_AT, apply, left, outcome, person, row, version, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def forgotten(*customers: str, cause: str = "command", state: str = "deleted") -> list[str]:
    people = [person(each) for each in customers]
    with transaction.atomic(using="televendas"):
        return forget(people, cause=cause, requested_at=READ_AT, now=NOW, state=state)


def test_takes_those_who_are_there_and_tells_whom() -> None:
    apply(wrote(5, "1"), wrote(6, "2"), left(7, "3"))

    assert forgotten("1", "3", "4") == [person("1")]
    assert (outcome("1"), outcome("2"), outcome("4")) == (("deleted", 5), ("present", 6), None)


def test_clocks_each_under_its_cause() -> None:
    apply(wrote(5, "1"))

    forgotten("1", cause="purge")

    clock = Erasure.objects.get()
    assert (clock.cause, clock.requested_at, clock.unreadable_at) == ("purge", READ_AT, NOW)


def test_a_deleted_person_can_still_be_erased() -> None:
    apply(wrote(5), left(6))

    assert forgotten("1", state="erased") == [person()]
    assert forgotten("1", state="erased") == []
    assert outcome() == ("erased", 6)


def test_somebody_never_seen_can_be_kept_out() -> None:
    forgotten("1", state="erased")

    apply(wrote(9))

    assert outcome() == ("erased", 0)
    assert not Customer.objects.exclude(name="").exists()


def test_calls_go_too_and_those_of_others_stay() -> None:
    apply(wrote(5, "1"), wrote(5, "2"))
    for each in ("1", "2"):
        CallOutcome.objects.create(person=person(each), agent_id=1, outcome="sold", at=NOW)

    forgotten("1")

    assert [each.person for each in CallOutcome.objects.all()] == [person("2")]


def test_what_is_newer_brings_a_deleted_person_back() -> None:
    apply(wrote(5))
    forgotten("1")

    apply(wrote(5), first=1)
    assert outcome() == ("deleted", 5)
    apply(wrote(6), first=2)
    assert (outcome(), row().version) == (("present", 6), version(6))


def test_a_thousand_at_once() -> None:
    apply(*(wrote(1, str(number)) for number in range(1200)))

    assert len(forgotten(*map(str, range(1200)))) == 1200
    assert Customer.objects.filter(state="deleted").count() == 1200
