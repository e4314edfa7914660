"""A consumer that fails at any of its fault points: nothing half done, one effect afterwards."""

import pytest
from django.db import models

from messaging import faultpoints
from messaging.consumer import Consumer
from messaging.events import Event
from messaging.faultpoints import ENVIRONMENT_VARIABLE, InjectedFaultError
from messaging.models import InboxEntry, OutboxMessage
from messaging.testing import deliver
from transactions.consumers.processor import Processor
from transactions.consumers.results import Results
from transactions.models import Decision, Transaction
from transactions.tests.requests import decided, received

pytestmark = pytest.mark.django_db(transaction=True)
_EVENT_ID = "01a1fc70-ea2a-710d-8f17-ae6fdc9d1bdc"


@pytest.mark.parametrize(
    ("point", "consumer", "event", "effect"),
    [
        ("processor.before_insert", Processor, received(), Decision),
        ("processor.after_insert", Processor, received(), Decision),
        ("processor.after_publish", Processor, received(), Decision),
        ("results.after_write", Results, decided(), Transaction),
    ],
)
def test_leaves_nothing_behind_and_succeeds_at_the_next_try(
    point: str,
    consumer: type[Consumer],
    event: Event,
    effect: type[models.Model],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(faultpoints, "_passes", {})
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"{point}:1:raise")

    with pytest.raises(InjectedFaultError):
        deliver(consumer, event, event_id=_EVENT_ID)

    tables = (effect, InboxEntry, OutboxMessage)
    assert [table._default_manager.count() for table in tables] == [0, 0, 0]

    assert deliver(consumer, event, event_id=_EVENT_ID)
    assert not deliver(consumer, event, event_id=_EVENT_ID)
    published = 1 if consumer is Processor else 0
    assert [table._default_manager.count() for table in tables] == [1, 1, published]
