"""An order that ends without goods gives its coupon's use back: once, with its end."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from orders.adapters.bank import Paid, RefusedError
from orders.domain.states import Happening, State
from orders.models import Coupon, Order, Product
from orders.services import pay, sweep
from orders.services.act import Act, act, locked
from orders.services.audit import findings
from orders.services.cancel import cancel
from orders.services.concluding import conclude
from orders.services.place import CouponInvalidError, place
from orders.services.reserve import Wanted, follow
from orders.tests.kit import NOW, made_product
from orders.tests.people import ToldBank, wanted
from orders.tests.saga_kit import VERDICT, held
from orders.tests.services.many_hands import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Steps = Callable[[Order], None]


def with_coupon(*, uses: int = 1, on_hand: int = 10) -> Order:
    """Return an order that was placed with a coupon of so many uses."""
    made_product("A", on_hand=on_hand)
    Coupon.objects.create(
        code="DEZ",
        percent=10,
        uses=uses,
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=1),
    )
    return buy()


def buy() -> Order:
    return place(wanted({"A": 1}, coupon="DEZ"), ToldBank(), now=NOW).order


def used() -> int:
    return Coupon.objects.get().used


def happen(order: Order, happening: Happening, **details: object) -> None:
    with transaction.atomic():
        act(locked(order.id), Act(happening=happening, now=NOW, details=details))


def out_of_stock(order: Order) -> None:
    Product.objects.update(on_hand=0)
    with transaction.atomic():
        follow([Wanted(order.id, Happening.STOCK_RESERVED)] * 2, now=NOW)
    Product.objects.update(on_hand=10)


def fraud(order: Order) -> None:
    for _ in range(2):
        happen(order, Happening.FRAUD_FOUND, **VERDICT)
    happen(order, Happening.STOCK_RELEASED)


def cancelled(order: Order) -> None:
    for _ in range(2):
        with transaction.atomic():
            cancel(order.id, reason="by_customer", actor="a", now=NOW)


def expired(order: Order) -> None:
    held(order)
    for _ in range(2):
        sweep.sweep(threading.Event(), lambda: NOW + timedelta(days=2))


def refused(order: Order) -> None:
    step = begun(order)
    for _ in range(2):
        with transaction.atomic():
            conclude(step, RefusedError("over_limit"), now=NOW)
    happen(order, Happening.STOCK_RELEASED)


def begun(order: Order) -> pay.Charge:
    held(order)
    happen(order, Happening.FRAUD_CLEAR, **VERDICT)
    with transaction.atomic():
        step = pay.next_step(order.id, now=NOW)
    assert isinstance(step, pay.Charge)
    return step


class TestGivenBack:
    @pytest.mark.parametrize("ends", [out_of_stock, fraud, cancelled, expired, refused])
    def test_once_with_the_end_of_an_order_without_goods(self, ends: Steps) -> None:
        order = with_coupon()
        with pytest.raises(CouponInvalidError):
            buy()

        ends(order)

        assert used() == 0
        assert buy().coupon_code == "DEZ"
        assert used() == 1

    def test_not_before_the_bank_has_told_what_became_of_the_charge(self) -> None:
        order = with_coupon()
        step = begun(order)
        cancelled(order)
        assert (Order.objects.get().state, used()) == (State.SETTLING, 1)

        with transaction.atomic():
            settled = pay.next_step(order.id, now=NOW)
            assert settled is not None
            assert settled.request_id == step.request_id
            conclude(settled, Paid("p"), now=NOW)
        assert (Order.objects.get().state, used()) == (State.REFUNDING, 1)

        happen(order, Happening.REFUND_MADE, payment_id="p", amount_cents=1)
        assert (Order.objects.get().state, used()) == (State.CANCELLED, 0)

    def test_not_by_an_order_whose_goods_were_sent(self) -> None:
        order = with_coupon()
        with transaction.atomic():
            conclude(begun(order), Paid("p"), now=NOW)
        for happening in (
            Happening.PICKING_STARTED,
            Happening.PICKING_DONE,
            Happening.GOODS_DISPATCHED,
        ):
            happen(order, happening, lines=[])

        assert (Order.objects.get().state, used()) == (State.DISPATCHED, 1)

    def test_not_where_the_end_is_undone(self) -> None:
        order = with_coupon()

        with transaction.atomic():
            cancel(order.id, reason="by_customer", actor="a", now=NOW)
            assert used() == 0
            transaction.set_rollback(True)

        assert used() == 1

    def test_the_end_stands_where_the_coupon_is_gone(self) -> None:
        order = with_coupon()
        Coupon.objects.all().delete()

        cancelled(order)

        assert Order.objects.get().state == State.CANCELLED

    def test_never_to_more_orders_than_the_campaign_has_uses(self) -> None:
        orders = [with_coupon(uses=4), buy(), buy(), buy()]

        def hand(number: int) -> None:
            if number % 2:
                with transaction.atomic():
                    cancel(orders[number // 2].id, reason="by_customer", actor="a", now=NOW)
            for _ in range(3):
                try:
                    buy()
                except CouponInvalidError:
                    continue

        at_once(hand)

        alive = Order.objects.exclude(state=State.CANCELLED).count()
        assert used() == alive <= 4
        assert [found for found in findings() if "coupon" in found] == []
