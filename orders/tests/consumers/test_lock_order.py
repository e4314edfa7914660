"""Batches of the same orders in opposite sequence: the workers wait in turn, and none is undone."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

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
from orders.models import Coupon, FraudReceipt, Order, PickList, StockHold
from orders.tests.kit import NOW, made_order, made_product
from orders.tests.services.fraud_kit import placed
from tests.stack import wait_until

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


def work(consumer: type[BatchConsumer], events: Sequence[Any], gate: Barrier | None = None) -> None:
    """Apply the batch in a thread of its own, once all are at the gate."""
    try:
        messages = messages_of(consumer, events)
        if gate is not None:
            gate.wait(timeout=SECONDS)
        processor(consumer(), SystemClock()).apply(messages)
    finally:
        connection.close()


def meet(batches: Sequence[tuple[type[BatchConsumer], Sequence[Any]]]) -> None:
    """Apply each batch in a worker of its own, all at once; whatever one raises comes through."""
    gate = Barrier(len(batches))
    with ThreadPoolExecutor(len(batches)) as pool:
        for done in [pool.submit(work, *each, gate) for each in batches]:
            done.result()


@contextmanager
def held(order_id: str) -> Iterator[None]:
    """Hold the order's row, in a transaction of another connection."""
    is_there, may_go = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Order.objects.select_for_update().get(pk=order_id)
                is_there.set()
                may_go.wait(SECONDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        try:
            assert is_there.wait(SECONDS)
            yield
        finally:
            may_go.set()
            holding.result()


def is_held(order_id: str) -> bool:
    """Tell whether somebody holds the order's row, without waiting for it."""
    try:
        with transaction.atomic():
            Order.objects.select_for_update(nowait=True).get(pk=order_id)
    except OperationalError:
        return True
    return False


class TestOppositeBatches:
    def test_are_judged_without_a_deadlock(self) -> None:
        told = [presenter.placed(placed(), [], NOW) for _ in range(ORDERS)]

        meet([(Fraud, told), (Fraud, told[::-1])])

        assert FraudReceipt.objects.count() == ORDERS

    def test_give_their_coupons_back_without_a_deadlock(self) -> None:
        codes = [f"C{number:02}" for number in range(ORDERS)]
        facts = {"percent": 10, "uses": 9, "used": 2, "valid_from": NOW, "valid_until": NOW}
        Coupon.objects.bulk_create(Coupon(code=code, **facts) for code in codes)
        batches = []
        for sku, turn in (("A", codes), ("B", codes[::-1])):
            made_product(sku, on_hand=0)
            orders = [made_order({sku: 1}, coupon_code=code) for code in turn]
            batches.append((Reservation, [presenter.placed(each, [], NOW) for each in orders]))

        meet(batches)

        assert set(Order.objects.values_list("state", flat=True)) == {State.OUT_OF_STOCK}
        assert set(Coupon.objects.values_list("used", flat=True)) == {0}

    def test_are_given_to_the_warehouse_without_a_deadlock(self) -> None:
        told = [paid(placed(state=State.PAID)) for _ in range(ORDERS)]

        meet([(Picking, told), (Picking, told[::-1])])

        assert PickList.objects.count() == ORDERS

    def test_of_two_services_meet_without_a_deadlock(self) -> None:
        cards = [f"{number:064}" for number in range(ORDERS)]
        told = [presenter.placed(placed(card_fingerprint=card), [], NOW) for card in cards]
        told.sort(key=lambda each: each.order_id)
        before, middle, behind = (each.order_id for each in told[9:12])

        with ThreadPoolExecutor(2) as pool:
            # Both come as far as the middle, whichever way they go; only then they meet.
            with held(middle):
                judging = pool.submit(work, Fraud, told[::-1])
                wait_until(lambda: is_held(before) or is_held(behind))
                reserving = pool.submit(work, Reservation, told)
                wait_until(lambda: is_held(before))
            judging.result(SECONDS)
            reserving.result(SECONDS)

        assert FraudReceipt.objects.count() == StockHold.objects.count() == ORDERS
