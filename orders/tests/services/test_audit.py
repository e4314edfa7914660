"""Each rule of the audit finds its own breach, and whole books are found right."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from orders.domain.states import Happening, State
from orders.models import (
    Coupon,
    Order,
    OrderEventRow,
    OrderLine,
    Product,
    RefundDue,
    StockHold,
    StockMovement,
)
from orders.services import stock
from orders.services.act import Act, act, locked
from orders.services.audit import findings, under_way
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db(transaction=True)


def goods() -> None:
    made_product(on_hand=10)
    StockMovement.objects.create(product_id="CAFE-1KG", kind="receipt", quantity=10, at=NOW)


def sent(*, picked: int | None = None) -> Order:
    """Return an order of two that has left, its stock committed."""
    order = made_order({"CAFE-1KG": 2}, state=State.PICKED, payment_id="p", charged_cents=17980)
    with transaction.atomic():
        stock.take(order, NOW)
        OrderLine.objects.filter(order=order).update(picked=picked)
        act(locked(order.id), Act(happening=Happening.STOCK_COMMITTED, now=NOW))
        act(locked(order.id), Act(happening=Happening.GOODS_DISPATCHED, now=NOW, details=SAID))
    order.refresh_from_db()
    return order


SAID: dict[str, list[object]] = {"lines": []}


class TestFindings:
    def test_are_none_where_the_books_are_right(self) -> None:
        goods()
        sent()

        assert findings() == []
        assert not under_way().exists()

    def test_are_none_after_a_short_pick_that_was_refunded(self) -> None:
        goods()
        order = sent(picked=1)
        Order.objects.update(refunded_cents=8990)
        RefundDue.objects.create(
            request_id="r", order=order, amount_cents=8990, created_at=NOW, made_at=NOW
        )

        assert findings() == []

    @pytest.mark.parametrize(
        ("breach", "rule"),
        [
            (lambda: Product.objects.update(on_hand=99), "sum of their movements"),
            (lambda: Product.objects.update(reserved=1), "other than what is held"),
            (lambda: StockMovement.objects.filter(kind="commit").delete(), "otherwise than held"),
            (lambda: Order.objects.update(payment_id=""), "without being paid"),
            (lambda: Order.objects.update(total_cents=5), "other than their total"),
            (lambda: Order.objects.update(state=State.CANCELLED), "not given all back"),
            (lambda: OrderLine.objects.update(picked=1), "other than what was missing"),
            (lambda: Order.objects.update(refunded_cents=7), "do not add up"),
        ],
    )
    def test_name_the_rule_that_is_broken(self, breach: object, rule: str) -> None:
        goods()
        sent()
        breach()  # type: ignore[operator]  # a function of the table above

        assert [found for found in findings() if rule in found]

    @pytest.mark.parametrize("used", [0, 2])
    def test_name_a_coupon_that_counts_other_orders_than_it_has(self, used: int) -> None:
        goods()
        facts = {"percent": 10, "uses": 9, "valid_from": NOW, "valid_until": NOW}
        Coupon.objects.create(code="DEZ", used=1, **facts)
        Coupon.objects.create(code="VINTE", **facts)
        made_order({"CAFE-1KG": 1}, state=State.DISPATCHED, coupon_code="DEZ")
        made_order({"CAFE-1KG": 1}, state=State.OUT_OF_STOCK, coupon_code="DEZ")
        assert [found for found in findings() if "coupon" in found] == []

        Coupon.objects.filter(pk="DEZ").update(used=used)

        assert [found for found in findings() if "coupons" in found and "such as DEZ" in found]

    def test_name_an_order_that_ended_twice(self) -> None:
        goods()
        sent()
        OrderEventRow.objects.filter(happening="stock_committed").update(state=State.CANCELLED)

        assert [found for found in findings() if "ended twice" in found]

    def test_name_an_expired_order_that_keeps_stock_back(self) -> None:
        goods()
        order = made_order({"CAFE-1KG": 2}, state=State.CANCELLED, reason="reservation_expired")
        with transaction.atomic():
            stock.take(order, NOW)

        assert [found for found in findings() if "keep stock back" in found]
        assert StockHold.objects.count() == 1


class TestWhileOrdersMove:
    """The shop goes on while its books are looked through."""

    @pytest.mark.on_mariadb
    def test_each_rule_sees_one_moment(self) -> None:
        goods()
        order = made_order({"CAFE-1KG": 2})
        moved = False

        def hold() -> None:
            try:
                with transaction.atomic():
                    assert stock.take(locked(order.id), NOW) == []
            finally:
                connection.close()

        def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal moved
            found = execute(sql, *rest)
            if "orders_hold_line" in sql and "orders_product" not in sql and not moved:
                # The holds are read, what articles keep back is not yet.
                moved = True
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(hold).result(30)
            return found

        with connection.execute_wrapper(meanwhile):
            assert findings() == []
        assert moved
        assert Product.objects.get().reserved == 2
        assert findings() == []


class TestUnderWay:
    def test_knows_what_is_still_to_be_done(self) -> None:
        goods()
        order = sent()
        RefundDue.objects.create(request_id="r", order=order, amount_cents=5, created_at=NOW)

        assert list(under_way()) == [order]

    def test_knows_of_a_shortage_whose_refund_has_not_begun(self) -> None:
        goods()
        order = sent(picked=1)
        OrderEventRow.objects.filter(happening="stock_committed").update(happening="picked_short")

        assert list(under_way()) == [order]

    def test_is_over_where_one_refund_gave_back_what_two_shortages_were_told_of(self) -> None:
        goods()
        order = sent(picked=0)
        OrderEventRow.objects.filter(order=order).update(happening="picked_short")
        Order.objects.update(refunded_cents=17980)
        made = RefundDue.objects.create(
            request_id="r", order=order, amount_cents=17980, created_at=NOW, made_at=NOW
        )

        assert OrderEventRow.objects.filter(happening="picked_short").count() == 2
        assert not under_way().exists()
        assert findings() == []

        RefundDue.objects.filter(pk=made.pk).update(amount_cents=5)
        assert [found for found in findings() if "do not add up" in found]
