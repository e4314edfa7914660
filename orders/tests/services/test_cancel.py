"""Cancelling: until the goods are picked, once, and with what is owed written down."""

import pytest
from django.db import transaction

from messaging.models import OutboxMessage
from orders.domain.states import State
from orders.models import Order, OrderEventRow, RefundDue
from orders.services.cancel import TooLateError, cancel
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db(transaction=True)


def cancelled(order: Order) -> Order:
    with transaction.atomic():
        return cancel(order.id, reason="customer", actor="page", now=NOW)


def paid_order(state: State, **more: object) -> Order:
    made_product()
    return made_order({"CAFE-1KG": 1}, state=state, charged_cents=8990, payment_id="p", **more)


class TestCancel:
    def test_says_so_and_owes_nothing_before_the_money(self) -> None:
        made_product()
        order = cancelled(made_order({"CAFE-1KG": 1}))

        assert (order.status, order.reason) == ("cancelled", "customer")
        assert not RefundDue.objects.exists()
        assert OutboxMessage.objects.get().topic == "pedido-novo"

    def test_once(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 1})
        cancelled(order)

        again = cancelled(order)

        assert again.version == 2
        assert OrderEventRow.objects.count() == 1

    @pytest.mark.parametrize("state", [State.PAID, State.PICKING])
    def test_owes_what_was_charged(self, state: State) -> None:
        order = cancelled(paid_order(state))

        due = RefundDue.objects.get()
        assert (order.state, order.status) == (State.REFUNDING, "cancelled")
        assert (due.request_id, due.amount_cents) == (f"order:{order.id}:cancel", 8990)

    def test_owes_the_rest_beside_a_short_pick(self) -> None:
        order = paid_order(State.PICKING)
        RefundDue.objects.create(request_id="s", order=order, amount_cents=90, created_at=NOW)

        cancelled(order)

        due = RefundDue.objects.exclude(pk="s").get()
        assert due.amount_cents == 8900

    def test_is_over_where_everything_was_given_back_before(self) -> None:
        order = paid_order(State.PICKING, refunded_cents=8990)
        RefundDue.objects.create(
            request_id="s", order=order, amount_cents=8990, created_at=NOW, made_at=NOW
        )

        assert cancelled(order).state == State.CANCELLED
        assert OutboxMessage.objects.order_by("pk").last().topic == "processo-de-pagamento"  # type: ignore[union-attr]  # two were sent

    def test_waits_for_the_bank_where_it_may_have_charged(self) -> None:
        made_product()
        order = cancelled(made_order({"CAFE-1KG": 1}, state=State.PAYING))

        assert (order.state, order.status) == (State.SETTLING, "cancelled")
        assert not RefundDue.objects.exists()

    @pytest.mark.parametrize(
        "state", [State.PICKED, State.DISPATCHED, State.FRAUD, State.PAYMENT_REFUSED]
    )
    def test_is_too_late(self, state: State) -> None:
        order = paid_order(state)

        with pytest.raises(TooLateError):
            cancelled(order)
