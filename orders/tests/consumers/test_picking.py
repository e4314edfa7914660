"""The consumer `picking`: a list for each approved payment, none for whatever else is said."""

import pytest

from messaging.testing import deliver
from orders.consumers.picking import Picking
from orders.domain.states import State
from orders.events import OrderCancelled, PaymentProcessed
from orders.models import Order, PickLine, PickList
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db


def paid(order: Order, status: str = "approved") -> PaymentProcessed:
    return PaymentProcessed(
        order_id=order.id,
        order_version=5,
        status=status,
        reason="",
        occurred_at=NOW,
        payment_id="p",
        amount_cents=order.total_cents,
    )


def cancelled(order: Order) -> OrderCancelled:
    return OrderCancelled(
        order_id=order.id, order_version=6, status="cancelled", reason="customer", occurred_at=NOW
    )


def made_paid() -> Order:
    made_product()
    return made_order({"CAFE-1KG": 2}, state=State.PAID)


class TestPicking:
    def test_starts_a_list_for_an_approved_payment_once(self) -> None:
        order = made_paid()

        deliver(Picking, paid(order), key=order.id)
        # Past the inbox, as after a replay from the beginning.
        deliver(Picking, paid(order), key=order.id)

        assert Order.objects.get().state == State.PICKING
        assert (PickLine.objects.get().quantity, PickList.objects.get().state) == (2, "open")

    @pytest.mark.parametrize("status", ["rejected", "partly_refunded", "refunded"])
    def test_starts_none_for_other_money(self, status: str) -> None:
        order = made_paid()

        deliver(Picking, paid(order, status), key=order.id)

        assert not PickList.objects.exists()

    def test_withdraws_the_list_of_a_cancelled_order(self) -> None:
        order = made_paid()
        deliver(Picking, paid(order), key=order.id)
        Order.objects.update(state=State.REFUNDING)

        deliver(Picking, cancelled(order), key=order.id)

        assert PickList.objects.get().state == PickList.State.WITHDRAWN

    def test_starts_none_where_the_cancellation_came_first(self) -> None:
        order = made_paid()
        Order.objects.update(state=State.REFUNDING)

        deliver(Picking, cancelled(order), key=order.id)
        deliver(Picking, paid(order), key=order.id)

        assert not PickList.objects.exists()
