"""An order to erase is for good, audited, and can be given twice."""

import pytest
from pytest_django import Settings

from televendas.models import AuditLine, CallOutcome, Customer, Erasure
from televendas.services.audit import Actor
from televendas.services.erase import Erased, erase
from televendas.tests.reading import KEY, NOW, apply, outcome, person, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
ACTOR = Actor(None, "erase_person by somebody")


@pytest.fixture(autouse=True)
def key(settings: Settings) -> None:
    settings.TELEVENDAS_KEY = KEY


def ordered(customer_id: str = "1") -> Erased:
    return erase("banco1", customer_id, actor=ACTOR, reason="ticket 12", now=NOW)


def test_takes_all_but_hash_state_and_version() -> None:
    apply(wrote(5))
    CallOutcome.objects.create(person=person(), agent_id=1, outcome="sold", at=NOW)

    assert ordered() == Erased(person(), was_held=True, is_new=True)

    row = Customer.objects.values().get()
    assert {name for name, value in row.items() if value not in ("", None)} == {
        *("person", "state", "version", "last_read", "changed_at"),
    }
    assert not CallOutcome.objects.exists()


def test_keeps_the_id_out_whatever_comes() -> None:
    ordered()

    apply(wrote(9), wrote(10))

    assert outcome() == ("erased", 0)
    assert not Customer.objects.exclude(name="").exists()


def test_is_clocked_once_and_audited_each_time() -> None:
    apply(wrote(5))

    ordered()
    again = ordered()

    assert (again.is_new, again.was_held) == (False, False)
    clock = Erasure.objects.get()
    assert (clock.cause, clock.requested_at, clock.unreadable_at) == ("command", NOW, NOW)
    lines = AuditLine.objects.filter(action="erase", person=person()).order_by("pk")
    assert [line.details["was_held"] for line in lines] == [True, False]
    assert {line.reason for line in lines} == {"ticket 12"}
