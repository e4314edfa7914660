"""Acting on an order: the table decides, the version counts, what is said is promised to Kafka."""

from datetime import timedelta

import msgspec
import pytest
from django.db import transaction

from messaging.models import OutboxMessage
from orders.domain.states import Happening, State
from orders.models import HoldStatus, Order, OrderEventRow, OrderLine, Product, StockHold
from orders.services import stock
from orders.services.act import Act, Acted, act, locked
from orders.tests.kit import NOW, made_order, made_product

REFUSED = {"payment_id": "p", "amount_cents": 8990}
pytestmark = pytest.mark.django_db(transaction=True)


def happen(order: Order, happening: Happening, **more: object) -> Acted:
    with transaction.atomic():
        return act(locked(order.id), Act(happening=happening, now=NOW, **more))  # type: ignore[arg-type]  # a test's own


def taken(order: Order) -> list[stock.Missing]:
    with transaction.atomic():
        return stock.take(locked(order.id), NOW)


def shelf(sku: str) -> tuple[int, int]:
    found = Product.objects.get(pk=sku)
    return found.on_hand, found.reserved


class TestAct:
    def test_moves_the_order_says_so_and_writes_it_down(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 2})

        acted = happen(order, Happening.CANCELLATION, reason="customer", actor="page")

        assert (acted.order.state, acted.order.status, acted.order.version) == (
            State.CANCELLED,
            "cancelled",
            2,
        )
        (sent,) = OutboxMessage.objects.all()
        told = msgspec.json.decode(bytes(sent.payload or b""))
        assert (sent.topic, sent.key) == ("pedido-novo", order.id)
        assert (told["order_version"], told["status"], told["reason"]) == (
            2,
            "cancelled",
            "customer",
        )
        (row,) = OrderEventRow.objects.all()
        assert (row.version, row.event_id, row.actor) == (2, sent.event_id, "page")

    def test_gives_the_payments_token_up_with_the_end(self) -> None:
        made_product()

        paying = made_order({"CAFE-1KG": 1}, state=State.PAYING)
        assert happen(paying, Happening.CANCELLATION).order.payment_token_sealed
        assert not happen(
            paying, Happening.PAYMENT_REJECTED, details=REFUSED
        ).order.payment_token_sealed

    def test_ignores_what_comes_after_the_end(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 2}, state=State.CANCELLED)

        acted = happen(order, Happening.FRAUD_CLEAR)

        assert acted.is_ignored
        assert Order.objects.get().version == 1
        assert not OutboxMessage.objects.exists()

    def test_keeps_the_reason_of_the_end(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 2}, state=State.HELD)
        taken(order)
        happen(order, Happening.CANCELLATION, reason="customer")

        happen(order, Happening.STOCK_RELEASED)

        assert Order.objects.get().reason == "customer"


class TestStock:
    def test_takes_all_lines_or_none(self) -> None:
        made_product("A", on_hand=5)
        made_product("B", on_hand=1)
        order = made_order({"A": 5, "B": 2})

        assert taken(order) == [stock.Missing("B", 2)]
        assert (shelf("A"), shelf("B")) == ((5, 0), (1, 0))
        assert not StockHold.objects.exists()

    def test_holds_what_was_taken_until_it_expires(self) -> None:
        made_product("A", on_hand=5)
        order = made_order({"A": 5})

        assert taken(order) == []
        assert shelf("A") == (5, 5)
        assert StockHold.objects.get().expires_at == NOW + timedelta(minutes=30)

    def test_commits_what_was_found_and_writes_off_the_rest(self) -> None:
        made_product("A", on_hand=5)
        order = made_order({"A": 4}, state=State.PICKED)
        taken(order)
        OrderLine.objects.update(picked=3)

        happen(order, Happening.STOCK_COMMITTED)

        moved = Product.objects.get().movements.order_by("kind").values_list("kind", "quantity")
        assert list(moved) == [("commit", -3), ("write_off", -1)]
        assert shelf("A") == (1, 0)
        assert StockHold.objects.get().status == HoldStatus.COMMITTED

    def test_a_release_after_a_short_pick_gives_back_only_what_is_there(self) -> None:
        made_product("A", on_hand=5)
        order = made_order({"A": 4}, state=State.CANCELLED)
        taken(order)
        OrderLine.objects.update(picked=3)

        happen(order, Happening.STOCK_RELEASED)

        assert shelf("A") == (4, 0)

    def test_a_second_release_is_ignored(self) -> None:
        made_product("A", on_hand=5)
        order = made_order({"A": 4}, state=State.CANCELLED)
        taken(order)
        happen(order, Happening.STOCK_RELEASED)

        assert happen(order, Happening.STOCK_RELEASED).is_ignored
        assert shelf("A") == (5, 0)

    def test_a_write_off_leaves_the_hold_open(self) -> None:
        made_product("A", on_hand=5)
        order = made_order({"A": 4}, state=State.PICKING)
        taken(order)
        OrderLine.objects.update(picked=1)

        happen(order, Happening.STOCK_WRITTEN_OFF)

        assert shelf("A") == (2, 1)
        assert happen(order, Happening.STOCK_WRITTEN_OFF).is_ignored
