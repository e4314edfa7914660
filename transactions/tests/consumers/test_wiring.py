"""The gateway's consumers as the runtime finds them, on the kit's broker."""

import pytest
from django.db import transaction

from messaging import outbox, registry
from messaging.errors import PoisonError
from messaging.testing import deliver, drain
from transactions.consumers.processor import Processor
from transactions.consumers.results import Results
from transactions.consumers.webhooks import Webhooks
from transactions.models import Decision, Transaction
from transactions.tests.requests import plain, received

pytestmark = pytest.mark.django_db(transaction=True)
ALL = (Processor, Results, Webhooks)


def test_the_runtime_finds_them_by_name() -> None:
    found = registry.consumers()

    assert {name: found.get(name) for name in ("processor", "results", "webhooks")} == {
        each.name: each for each in ALL
    }


def test_an_outside_transaction_goes_all_the_way() -> None:
    event = plain()
    with transaction.atomic():
        outbox.publish(event, key="any")

    drain(*ALL)

    assert Decision.objects.get().id == event.id
    assert Transaction.objects.get().status == "approved"


def test_the_same_event_twice_changes_nothing() -> None:
    event = plain()

    assert deliver(Processor, event, event_id="01920000-0000-7000-8000-000000000001")
    assert not deliver(Processor, event, event_id="01920000-0000-7000-8000-000000000001")
    assert Decision.objects.count() == 1


def test_another_event_with_the_same_id_is_answered_and_not_stored() -> None:
    event = plain()

    assert deliver(Processor, event)
    assert deliver(Processor, plain(id=event.id, amount=1))
    assert Decision.objects.count() == 1


def test_a_card_that_does_not_open_is_poison() -> None:
    with pytest.raises(PoisonError):
        deliver(Processor, received(sealed="v1.dev.AAAA"))

    assert not Decision.objects.exists()
