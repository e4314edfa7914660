"""A batch of several slices, decided while the database inserts: as if each had come alone."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

from messaging.clock import SystemClock
from messaging.consumer import Message
from messaging.models import InboxEntry, OutboxMessage
from messaging.processing import TransactionProcessor
from transactions.consumers.processor import Processor
from transactions.models import Decision
from transactions.tests.requests import message, plain, received

pytestmark = pytest.mark.django_db
MANY = 450


def apply(*messages: Message[Any]) -> int:
    return len(TransactionProcessor(Processor(), SystemClock()).apply(messages))


def test_every_message_gets_its_decision_and_its_answer() -> None:
    events = [received(amount=f"{number}.00") for number in range(1, MANY + 1)]

    assert apply(*map(message, events)) == MANY

    cents = dict(Decision.objects.values_list("id", "amount_cents"))
    assert cents == {each.id: (place + 1) * 100 for place, each in enumerate(events)}
    answers = OutboxMessage.objects.order_by("id").values_list("key", flat=True)
    assert list(answers) == [each.id for each in events]
    assert InboxEntry.objects.count() == MANY


def test_an_id_that_comes_again_in_a_later_slice_gets_its_first_answer_again() -> None:
    first, others = plain(), [received() for _ in range(MANY)]
    again = plain(id=first.id, amount=9000)

    apply(message(first), *map(message, others), message(again))

    assert Decision.objects.get(id=first.id).status == "approved"
    assert Decision.objects.count() == MANY + 1
    one, two = OutboxMessage.objects.filter(key=first.id)
    assert (one.event_id, one.payload) == (two.event_id, two.payload)


def test_a_slice_with_text_that_has_to_be_escaped_is_like_any_other() -> None:
    names = [f"o'hara \\ \u00e7{number}" for number in range(3)]
    events = [plain(id=str(uuid7()), account_id=name) for name in names]

    apply(*(message(received()) for _ in range(MANY)), *map(message, events))

    stored = Decision.objects.filter(id__in=[each.id for each in events])
    assert set(stored.values_list("account_id", flat=True)) == set(names)


def test_a_batch_that_holds_one_seen_before_applies_the_rest() -> None:
    seen, others = message(received()), [message(received()) for _ in range(MANY)]
    apply(seen)

    assert apply(seen, *others) == MANY
    assert Decision.objects.count() == MANY + 1
