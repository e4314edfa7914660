"""A person's report holds all that is held, and is held itself."""

import json

import pytest
from pytest_django import Settings

from messaging.deadletters import key_hash
from messaging.models import DeadLetter
from televendas.domain.identity import phone_hash
from televendas.models import AuditLine, CallOutcome, OptOut
from televendas.services import audit
from televendas.services.erase import erase
from televendas.services.person_report import Report, report
from televendas.tests.reading import KEY, NOW, apply, left, person, wrote

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
ACTOR = audit.Actor(None, "person_report by somebody")
ANA = audit.Actor(7, "ana")


@pytest.fixture(autouse=True)
def key(settings: Settings) -> None:
    settings.TELEVENDAS_KEY = KEY


def told(customer_id: str = "1", source: str = "banco1") -> Report:
    found = report(source, customer_id, actor=ACTOR, now=NOW)
    # Whatever is in it can be written down.
    json.dumps(found)
    return found


def test_tells_what_since_when_and_from_where() -> None:
    apply(wrote(5, name="Maria"))

    found = told()

    assert found["state"] == "present"
    assert found["held"]["name"] == "Maria"
    assert found["held"]["phone"] == "+5511987654321"
    assert found["held"]["source"] == "banco1"
    assert found["kept"]["last_place"] == "2/0"
    assert found["kept"]["first_seen_at"] == NOW.isoformat()
    assert found["kept"]["retain_until"] == "2026-07-01"


def test_tells_of_calls_opt_outs_and_dead_letters() -> None:
    apply(wrote(5))
    CallOutcome.objects.create(person=person(), agent_id=7, outcome="refused", at=NOW)
    OptOut.objects.create(
        phone_hash=phone_hash(KEY, "+5511987654321"),
        effective_on=NOW.date(),
        origin="own",
        added_at=NOW,
        added_by="ana",
    )
    DeadLetter.objects.using("televendas").create(
        consumer="televendas",
        topic="customers",
        topic_id="t",
        partition=1,
        offset=9,
        key_hash=key_hash(b'{"id":1}'),
        error_class="PoisonError",
        reason="bad_json",
        recorded_at=NOW,
        died_at=NOW,
    )

    found = told()

    assert [each["outcome"] for each in found["calls"]] == ["refused"]
    assert found["opt_out"]["origin"] == "own"
    assert [each["reason"] for each in found["dead_letters"]] == ["bad_json"]


def test_tells_who_looked_also_in_lists() -> None:
    apply(wrote(5), wrote(5, "2"))
    audit.note(ANA, audit.Action.REVEAL, at=NOW, person=person(), reason="call back")
    audit.note_list(ANA, at=NOW, filters={}, people=[person("2"), person("1")])
    audit.note_list(ANA, at=NOW, filters={}, people=[person("2")])

    found = told()

    assert [each["action"] for each in found["audit"]] == ["reveal", "list", "report"]
    assert AuditLine.objects.filter(action="report", person=person()).count() == 1


@pytest.mark.parametrize("is_erased", [True, False])
def test_of_somebody_gone_nothing_is_held(is_erased: bool) -> None:
    apply(wrote(5))
    if not is_erased:
        apply(left(6), first=1)
    else:
        erase("banco1", "1", actor=ANA, reason="ticket", now=NOW)

    found = told()

    assert found["state"] == ("erased" if is_erased else "deleted")
    assert found["held"] == {}
    assert len(found["erasures"]) == 1


def test_of_somebody_unknown_it_says_so() -> None:
    assert told("nobody")["state"] == "unknown"
