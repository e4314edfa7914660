"""Picking that does not end whole: units are missing, or the order has ended meanwhile."""

from collections.abc import Callable

import pytest
from django.db import transaction

from orders.domain.picking import ShortReason
from orders.domain.states import Happening, State
from orders.models import Order, OrderEventRow, OrderLine, PickLine, PickList, Product
from orders.services import pick_lists, picking
from orders.services.act import Act, act, locked
from orders.tests.kit import NOW
from orders.tests.services.picking_kit import ANA, BIA, LATER, made_list, said

pytestmark = pytest.mark.django_db


def cancelled(order_id: str) -> None:
    with transaction.atomic():
        act(locked(order_id), Act(happening=Happening.CANCELLATION, now=NOW, reason="customer"))


class TestShortPick:
    def test_tells_what_is_missing_and_goes_on(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        came = picking.short(
            mine.order_id, {"A": 1}, reason=ShortReason.DAMAGED, actor=ANA, now=NOW
        )

        assert (came.is_cancelled, came.refund_cents) == (False, 1000)
        assert said()[-1] == ("short", "damaged", [(1, 1), (2, 1)])
        assert dict(OrderLine.objects.values_list("product_id", "picked")) == {"A": 1, "B": None}
        assert OrderEventRow.objects.get(happening="picked_short").actor == ANA

    def test_sent_twice_tells_once(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        for _ in range(2):
            picking.short(mine.order_id, {"A": 1}, reason=ShortReason.NOT_FOUND, actor=ANA, now=NOW)

        assert [status for status, *_ in said()] == ["started", "short"]

    def test_of_everything_cancels_the_order_and_closes_the_list(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        short = {"reason": ShortReason.NOT_FOUND, "actor": ANA, "now": NOW}
        picking.short(mine.order_id, {"A": 0}, **short)  # type: ignore[arg-type]  # a test's own

        came = picking.short(mine.order_id, {"B": 0}, **short)  # type: ignore[arg-type]  # as above

        order = Order.objects.get()
        assert (came.is_cancelled, came.refund_cents) == (True, 1000)
        assert (order.state, order.status, order.reason) == (
            State.REFUNDING,
            "cancelled",
            "short_pick",
        )
        assert set(OrderLine.objects.values_list("picked", flat=True)) == {0}
        kept = PickList.objects.get()
        assert (kept.state, kept.closed_by) == (PickList.State.WITHDRAWN, ANA)

    @pytest.mark.parametrize("picked", [{"A": 2}, {"A": -1}, {"X": 0}])
    def test_refuses_what_is_no_shortage(self, picked: dict[str, int]) -> None:
        mine = made_list({"A": 2})
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        with pytest.raises(pick_lists.WrongQuantityError):
            picking.short(mine.order_id, picked, reason=ShortReason.NOT_FOUND, actor=ANA, now=NOW)

    def test_takes_the_missing_units_off_the_books_for_its_reason(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.short(mine.order_id, {"A": 1}, reason=ShortReason.DAMAGED, actor=ANA, now=NOW)

        with transaction.atomic():
            act(locked(mine.order_id), Act(happening=Happening.STOCK_WRITTEN_OFF, now=NOW))

        lost = Product.objects.get(pk="A").movements.get()
        assert (lost.quantity, lost.reason, lost.actor) == (-1, "damaged", ANA)


class TestCancelledMeanwhile:
    def test_answers_so_and_changes_nothing_before_the_list_is_withdrawn(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        cancelled(mine.order_id)
        version = Order.objects.get().version

        steps: list[Callable[[], object]] = [
            lambda: picking.scan(mine.order_id, "7890", key="1", actor=ANA, now=NOW),
            lambda: picking.found(mine.order_id, "A", 1, actor=ANA, now=NOW),
            lambda: picking.done(mine.order_id, actor=ANA, now=NOW),
            lambda: picking.claim(mine.order_id, actor=BIA, now=NOW),
            lambda: picking.short(
                mine.order_id, {"A": 1}, reason=ShortReason.NOT_FOUND, actor=ANA, now=NOW
            ),
        ]
        for step in steps:
            with pytest.raises(pick_lists.WithdrawnError):
                step()

        assert Order.objects.get().version == version
        assert not PickLine.objects.exclude(found=0, missing=0).exists()

    def test_a_box_with_goods_waits_until_they_are_back(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.found(mine.order_id, "CAFE-1KG", 1, actor=ANA, now=NOW)
        cancelled(mine.order_id)
        with transaction.atomic():
            assert pick_lists.withdraw(mine.order_id, now=NOW)

        assert PickList.objects.get().closed_at is None
        picking.goods_are_back(mine.order_id, actor=BIA, now=LATER)
        picking.goods_are_back(mine.order_id, actor=ANA, now=LATER)
        assert PickList.objects.get().closed_by == BIA

    def test_an_empty_box_needs_nobody(self) -> None:
        mine = made_list()
        cancelled(mine.order_id)
        with transaction.atomic():
            pick_lists.withdraw(mine.order_id, now=NOW)
            assert not pick_lists.withdraw(mine.order_id, now=NOW)

        assert PickList.objects.get().closed_at == NOW
