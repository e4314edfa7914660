"""The telesales reader as the runtime finds and runs it, on the kit's broker."""

import pytest
from django.conf import settings

from messaging import explain, faultpoints, registry
from messaging.errors import PoisonError
from messaging.faultpoints import ENVIRONMENT_VARIABLE, InjectedFaultError
from messaging.models import DeadLetter, InboxEntry
from messaging.testing import FakeClock, MemoryBroker, deliver_record, drain
from televendas.consumers.televendas import Televendas
from televendas.domain.identity import person_hash
from televendas.models import Customer, Erasure
from televendas.tests.samples import CANARY, created, deleted, flat, lean, record

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)


def state(customer_id: str, source: str) -> str | None:
    person = person_hash(settings.TELEVENDAS_KEY, source, customer_id)
    found = Customer.objects.filter(person=person).first()
    return None if found is None else str(found.state)


def test_the_runtime_finds_it_by_name() -> None:
    assert registry.get("televendas") is Televendas


def test_it_explains_itself() -> None:
    page = explain.explain(Televendas)

    assert "database       televendas (inbox and effect in one transaction)" in page
    assert "customers.customer_changed.v1, and records without a type" in page


def test_every_shape_goes_all_the_way_beside_poison() -> None:
    broker = MemoryBroker(FakeClock())
    for value, key in (
        (created(10), {"id": 1}),
        (created(11, id=2), {"id": 2}),
        (created(12, nome=[CANARY]), {"id": 3}),
        (b"{" + CANARY.encode(), {"id": 4}),
        (deleted(20), {"id": 1}),
        (None, {"id": 1}),
        (lean(), b"c-1"),
        (flat(), b"000042"),
    ):
        made = record(value, key=key)
        broker.produce("customers", made.value, key=made.key)

    drain(Televendas, broker=broker)

    assert (state("1", "banco1"), state("2", "banco1")) == ("deleted", "present")
    assert (state("c-1", "shop"), state("000042", "banco1_rows")) == ("present", "present")
    letters = DeadLetter.objects.using("televendas").all()
    assert sorted(each.reason for each in letters) == [
        "bad_json",
        "bad_shape: wrong value at $.after.nome",
    ]
    kept = [each.value or b"" for each in broker.records("televendas.dlq")]
    assert len(kept) == 2
    assert not any(CANARY.encode() in each for each in kept)
    assert InboxEntry.objects.using("televendas").count() == 6
    assert InboxEntry.objects.using("default").count() == 0


def test_the_same_record_twice_changes_nothing() -> None:
    once = record(created(10), key={"id": 1})

    assert deliver_record(Televendas, once)
    assert not deliver_record(Televendas, once)


def test_poison_is_raised_without_a_word_of_it() -> None:
    with pytest.raises(PoisonError) as caught:
        deliver_record(Televendas, record(created(10, telefone=[CANARY])))

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("point", ["televendas.after_forget", "televendas.after_write"])
def test_a_failure_leaves_nothing_half_done(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_record(Televendas, record(created(10), key={"id": 1}))
    monkeypatch.setattr(faultpoints, "_passes", {})
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"{point}:1:raise")
    leaving = record(deleted(11), key={"id": 1}, offset=1)

    with pytest.raises(InjectedFaultError):
        deliver_record(Televendas, leaving)

    assert state("1", "banco1") == "present"
    assert not Erasure.objects.exists()

    assert deliver_record(Televendas, leaving)
    assert state("1", "banco1") == "deleted"
    assert Erasure.objects.count() == 1
