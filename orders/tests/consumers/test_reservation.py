"""The reservation: which events mean what for the stock, and that none means it twice."""

from datetime import timedelta

import msgspec
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from messaging import trace
from messaging.errors import PoisonError
from messaging.models import OutboxMessage
from messaging.testing import deliver
from orders import presenter
from orders.consumers.reservation import Reservation
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.domain.states import Happening, State
from orders.events import OrderEvent
from orders.models import HoldStatus, Order, OrderLine, StockHold
from orders.services import reserve
from orders.services.reserve import Wanted
from orders.tests.kit import NOW, made_order, made_product
from orders.tests.saga_kit import VERDICT, happen, held, ordered, reserved, shelf, state_of

pytestmark = pytest.mark.django_db(transaction=True)
_PAYMENT = {"payment_id": "p", "amount_cents": 1}
RELEASING = [
    (State.CANCELLED, Said(pipeline.NEW, "cancelled"), {}),
    (State.FRAUD, Said(pipeline.FRAUD, "fraud"), VERDICT),
    (State.PAYMENT_REFUSED, Said(pipeline.PAYMENT, "rejected"), _PAYMENT),
    (State.CANCELLED, Said(pipeline.PAYMENT, "refunded"), _PAYMENT),
]


def placed(order: Order) -> OrderEvent:
    return presenter.placed(order, [], NOW)


def said() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.order_by("id")
    return [(row.topic, msgspec.json.decode(bytes(row.payload or b""))["status"]) for row in rows]


class TestPlaced:
    def test_holds_the_stock_with_an_expiry(self) -> None:
        order = ordered(3)

        assert deliver(Reservation, placed(order))

        assert state_of(order) == State.HELD
        assert shelf() == (100, 3)
        kept, (row,) = StockHold.objects.get(), OutboxMessage.objects.all()
        told = msgspec.json.decode(bytes(row.payload or b""))
        assert (row.topic, told["status"]) == ("estoque-reservado", "reserved")
        assert kept.expires_at.isoformat().startswith(told["expires_at"][:19])

    def test_goes_on_in_the_trace_of_the_order(self) -> None:
        order = ordered()
        with trace.use(trace.start()) as begun:
            deliver(Reservation, placed(order))

        headers = msgspec.json.decode(OutboxMessage.objects.get().headers)
        trace_id = slice(3, 35)
        assert headers["traceparent"][trace_id] == begun[trace_id]

    def test_says_what_is_missing_and_holds_nothing(self) -> None:
        made_product("A", on_hand=5)
        made_product("B", on_hand=1)
        order = made_order({"A": 5, "B": 2})

        deliver(Reservation, placed(order))

        assert state_of(order) == State.OUT_OF_STOCK
        assert (shelf("A"), shelf("B")) == ((5, 0), (1, 0))
        (row,) = OutboxMessage.objects.all()
        assert msgspec.json.decode(bytes(row.payload or b""))["missing"] == [
            {"sku": "B", "quantity": 2}
        ]

    def test_after_the_verdict_reserves_the_order(self) -> None:
        order = ordered()
        happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)

        deliver(Reservation, placed(order))

        assert state_of(order) == State.RESERVED

    @pytest.mark.parametrize("state", [State.CANCELLED, State.FRAUD])
    def test_takes_nothing_for_an_order_that_has_ended(self, state: State) -> None:
        order = ordered(state=state)

        deliver(Reservation, placed(order))

        assert shelf() == (100, 0)
        assert not OutboxMessage.objects.exists()

    def test_again_takes_nothing_more_also_past_the_inbox(self) -> None:
        order = ordered(3)
        assert deliver(Reservation, placed(order), event_id="one")
        assert not deliver(Reservation, placed(order), event_id="one")

        deliver(Reservation, placed(order), event_id="two")

        assert shelf() == (100, 3)
        assert said() == [("estoque-reservado", "reserved")]

    def test_of_an_order_that_nobody_knows_is_poison(self) -> None:
        order = ordered()
        told = placed(order)
        OrderLine.objects.all().delete()
        order.delete()

        with pytest.raises(PoisonError, match="unknown_order"):
            deliver(Reservation, told)


class TestReleased:
    @pytest.mark.parametrize(("state", "what", "details"), RELEASING)
    def test_gives_back_what_an_ended_order_held(
        self, state: State, what: Said, details: dict[str, object]
    ) -> None:
        order = ordered(3)
        held(order)
        Order.objects.update(state=state, ended_at=NOW)

        deliver(Reservation, presenter.said(order, what, details, NOW))
        deliver(Reservation, presenter.said(order, what, details, NOW))

        assert shelf() == (100, 0)
        assert StockHold.objects.get().status == HoldStatus.RELEASED
        assert said()[1:] == [("estoque-reservado", "released")]

    @pytest.mark.parametrize("state", [State.SETTLING, State.REFUNDING])
    def test_waits_while_money_is_under_way(self, state: State) -> None:
        order = ordered(3)
        held(order)
        Order.objects.update(state=state)

        deliver(Reservation, presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW))

        assert shelf() == (100, 3)

    def test_means_nothing_before_anything_was_held(self) -> None:
        order = ordered(3, state=State.CANCELLED)

        deliver(Reservation, presenter.said(order, Said(pipeline.NEW, "cancelled"), {}, NOW))

        assert shelf() == (100, 0)
        assert not OutboxMessage.objects.exists()


class TestPicked:
    def test_goods_leave_the_shelf_and_missing_ones_are_written_off(self) -> None:
        order = reserved(4)
        Order.objects.update(state=State.PICKING)
        OrderLine.objects.update(picked=3)
        short = presenter.said(order, Said(pipeline.PICKING, "short"), {"lines": []}, NOW)
        picked = presenter.said(order, Said(pipeline.PICKING, "picked"), {"lines": []}, NOW)

        deliver(Reservation, short)
        assert shelf() == (99, 3)
        Order.objects.update(state=State.DISPATCHED)
        deliver(Reservation, picked)
        deliver(Reservation, picked)

        assert shelf() == (96, 0)
        assert StockHold.objects.get().status == HoldStatus.COMMITTED


class TestABatch:
    def test_locks_everything_before_it_changes_anything(self) -> None:
        made_product("A", on_hand=5)
        made_product("B", on_hand=5)
        orders = [made_order({"B": 1}), made_order({"A": 1, "B": 1})]
        wanted = [Wanted(each.id, Happening.STOCK_RESERVED) for each in reversed(orders)]

        with (
            transaction.atomic(),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            reserve.follow(wanted, now=NOW)

        first = [each["sql"] for each in queries.captured_queries[:3]]
        assert [sql.split()[0] for sql in first] == ["SELECT"] * 3
        assert "ORDER BY" in first[0]
        assert "ORDER BY" in first[2]
        assert (shelf("A"), shelf("B")) == ((5, 1), (5, 2))

    def test_does_what_happened_to_one_order_in_its_order(self) -> None:
        order = ordered(2)
        both = [Happening.STOCK_RESERVED, Happening.STOCK_RELEASED]
        Order.objects.update(state=State.PLACED)

        with transaction.atomic():
            reserve.follow([Wanted(order.id, each) for each in both], now=NOW)

        # It was not cancelled: the second means nothing.
        assert shelf() == (100, 2)
        assert StockHold.objects.get().expires_at == NOW + timedelta(minutes=30)
