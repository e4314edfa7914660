"""The consumer judges what was placed, once, also when the topic is read again."""

import pytest
from uuid_utils.compat import uuid7

from messaging.models import OutboxMessage
from messaging.testing import deliver
from orders import presenter
from orders.consumers.fraud import Fraud
from orders.domain.states import State
from orders.events import OrderCancelled, OrderPlaced
from orders.models import FraudReceipt, Order
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import burst, placed

pytestmark = pytest.mark.django_db


def event(order: Order) -> OrderPlaced:
    return presenter.placed(order, [], NOW)


class TestFraud:
    def test_clears_an_ordinary_order(self) -> None:
        order = placed()

        assert deliver(Fraud, event(order), key=order.id)

        assert Order.objects.get().state == State.CLEARED
        assert OutboxMessage.objects.get().topic == "fraude-verificado"

    def test_clears_what_is_held_already(self) -> None:
        order = placed(state=State.HELD)

        deliver(Fraud, event(order), key=order.id)

        assert Order.objects.get().state == State.RESERVED

    def test_says_nothing_of_a_doubtful_order(self) -> None:
        order = burst(6)[-1]

        deliver(Fraud, event(order), key=order.id)

        assert Order.objects.get(pk=order.id).state == State.IN_REVIEW
        assert not OutboxMessage.objects.exists()

    def test_the_topic_read_again_past_the_inbox_changes_nothing(self) -> None:
        order = placed()

        for _ in range(2):
            deliver(Fraud, event(order), key=order.id, event_id=str(uuid7()))

        assert FraudReceipt.objects.count() == OutboxMessage.objects.count() == 1

    def test_reads_past_a_cancellation(self) -> None:
        order = placed(state=State.CANCELLED)
        told = OrderCancelled(
            order_id=order.id, order_version=2, status="cancelled", reason="", occurred_at=NOW
        )

        assert not deliver(Fraud, told, key=order.id)
        assert not FraudReceipt.objects.exists()
