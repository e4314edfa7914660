"""Batches of the same orders in opposite sequence: the workers wait in turn, and none is undone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message
from messaging.envelope import Decoder
from messaging.processing import processor
from messaging.testing.delivery import record_of
from orders import presenter
from orders.consumers.fraud import Fraud
from orders.consumers.picking import Picking
from orders.consumers.reservation import Reservation
from orders.domain.states import State
from orders.events import PaymentProcessed
from orders.models import FraudReceipt, Order, PickList, StockHold
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import placed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on_mariadb]
ORDERS = 20
SECONDS = 60


def paid(order: Order) -> PaymentProcessed:
    return PaymentProcessed(
        order_id=order.id,
        order_version=5,
        status="approved",
        reason="",
        occurred_at=NOW,
        payment_id="p",
        amount_cents=order.total_cents,
    )


def messages_of(consumer: type[BatchConsumer], events: Sequence[Any]) -> list[Message[Any]]:
    """Return the messages that bring the events; each call makes new ones for the inbox."""
    decoder = Decoder(consumer.takes, lambda _: "topic")
    found = [decoder.decode(record_of(event, key=event.order_id)) for event in events]
    return [each for each in found if each is not None]


def meet(batches: Sequence[tuple[type[BatchConsumer], Sequence[Any]]]) -> None:
    """Apply each batch in a worker of its own, all at once; whatever one raises comes through."""
    gate = Barrier(len(batches))

    def work(consumer: type[BatchConsumer], events: Sequence[Any]) -> None:
        try:
            messages = messages_of(consumer, events)
            gate.wait(timeout=SECONDS)
            processor(consumer(), SystemClock()).apply(messages)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(batches)) as pool:
        for done in [pool.submit(work, *each) for each in batches]:
            done.result()


class TestOppositeBatches:
    def test_are_judged_without_a_deadlock(self) -> None:
        told = [presenter.placed(placed(), [], NOW) for _ in range(ORDERS)]

        meet([(Fraud, told), (Fraud, told[::-1])])

        assert FraudReceipt.objects.count() == ORDERS

    def test_are_given_to_the_warehouse_without_a_deadlock(self) -> None:
        told = [paid(placed(state=State.PAID)) for _ in range(ORDERS)]

        meet([(Picking, told), (Picking, told[::-1])])

        assert PickList.objects.count() == ORDERS

    def test_of_two_services_meet_without_a_deadlock(self) -> None:
        cards = [f"{number:064}" for number in range(ORDERS)]
        told = [presenter.placed(placed(card_fingerprint=card), [], NOW) for card in cards]

        meet([(Fraud, told[::-1]), (Reservation, told)])

        assert FraudReceipt.objects.count() == StockHold.objects.count() == ORDERS
