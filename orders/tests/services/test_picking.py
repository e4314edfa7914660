"""Picking by hand: one person at a time, nothing twice, nothing of an order that has ended."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.db import transaction

from messaging.models import OutboxMessage
from orders.domain.picking import Scan, ShortReason
from orders.domain.states import Happening, State
from orders.models import Order, OrderEventRow, OrderLine, PickLine, PickList, Product
from orders.services import pick_lists, picking, stock
from orders.services.act import Act, act, locked
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db
ANA, BIA = "ana", "bia"
LATER = NOW + timedelta(minutes=16)


def made_list(lines: dict[str, int] | None = None) -> PickList:
    """Return the list of a paid order whose stock is held."""
    wanted = lines or {"CAFE-1KG": 2}
    for number, sku in enumerate(sorted(wanted, reverse=True)):
        made_product(sku, shelf=f"A-{number}", barcode=f"789{number}", price_cents=1000)
    order = made_order(wanted, state=State.PAID, charged_cents=1000 * sum(wanted.values()))
    with transaction.atomic():
        assert stock.take(order, NOW) == []
        made = pick_lists.start(order.id, now=NOW)
    assert made is not None
    return made


def cancelled(order_id: str) -> None:
    with transaction.atomic():
        act(locked(order_id), Act(happening=Happening.CANCELLATION, now=NOW, reason="customer"))


def said() -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Return what was told about picking: status, reason, and of each line what was picked."""
    sent = OutboxMessage.objects.filter(topic="processo-de-picking").order_by("pk")
    told = [msgspec.json.decode(bytes(each.payload or b"")) for each in sent]
    return [
        (
            each["status"],
            each["reason"],
            [(line["quantity"], line["picked"]) for line in each["lines"]],
        )
        for each in told
    ]


class TestStart:
    def test_makes_a_list_of_a_paid_order_once(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        with transaction.atomic():
            again = pick_lists.start(mine.order_id, now=NOW)

        assert again is None
        assert Order.objects.get().state == State.PICKING
        assert PickLine.objects.count() == 2
        assert said() == [("started", "", [(2, 0), (1, 0)])]

    def test_makes_none_of_an_order_that_has_ended(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 1}, state=State.REFUNDING)

        with transaction.atomic():
            assert pick_lists.start(order.id, now=NOW) is None
        assert not PickList.objects.exists()


class TestClaim:
    def test_is_one_persons_until_they_let_go(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        with pytest.raises(pick_lists.NotYoursError) as refused:
            picking.claim(mine.order_id, actor=BIA, now=NOW)
        assert refused.value.picker == ANA

        picking.release(mine.order_id, actor=ANA)
        assert picking.claim(mine.order_id, actor=BIA, now=NOW).picker == BIA

    def test_may_be_taken_over_once_it_was_left(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        assert picking.claim(mine.order_id, actor=BIA, now=LATER).picker == BIA
        with pytest.raises(pick_lists.NotYoursError):
            picking.found(mine.order_id, "CAFE-1KG", 1, actor=ANA, now=LATER)

    def test_stays_with_whoever_is_still_at_it(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.found(mine.order_id, "CAFE-1KG", 1, actor=ANA, now=LATER)

        with pytest.raises(pick_lists.NotYoursError):
            picking.claim(mine.order_id, actor=BIA, now=LATER)

    def test_of_nothing_is_refused(self) -> None:
        with pytest.raises(pick_lists.UnknownListError):
            picking.claim("no-such-order", actor=ANA, now=NOW)


class TestFinding:
    def test_counts_a_scan_once_for_its_key(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        told = [
            picking.scan(mine.order_id, "7890", key=key, actor=ANA, now=NOW)
            for key in ("1", "1", "2", "3")
        ]

        assert [each.scan for each in told] == [Scan.RIGHT, Scan.RIGHT, Scan.RIGHT, Scan.ENOUGH]
        assert [each.line.found for each in told if each.line] == [1, 1, 2, 2]

    def test_says_that_a_scan_is_wrong(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        told = picking.scan(mine.order_id, "000", key="1", actor=ANA, now=NOW)

        assert (told.scan, told.line) == (Scan.WRONG, None)

    @pytest.mark.parametrize(("sku", "quantity"), [("CAFE-1KG", 3), ("CAFE-1KG", -1), ("X", 1)])
    def test_refuses_what_the_list_does_not_hold(self, sku: str, quantity: int) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)

        with pytest.raises(pick_lists.WrongQuantityError):
            picking.found(mine.order_id, sku, quantity, actor=ANA, now=NOW)

    def test_is_for_whoever_has_the_list(self) -> None:
        mine = made_list()

        with pytest.raises(pick_lists.NotYoursError):
            picking.scan(mine.order_id, "7890", key="1", actor=ANA, now=NOW)


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


class TestDone:
    def test_waits_until_every_unit_is_found_or_reported(self) -> None:
        mine = made_list({"A": 2, "B": 1})
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.found(mine.order_id, "A", 2, actor=ANA, now=NOW)

        with pytest.raises(pick_lists.NotCompleteError):
            picking.done(mine.order_id, actor=ANA, now=NOW)

        assert Order.objects.get().state == State.PICKING

    def test_then_only_dispatch_is_left_and_both_are_told_once(self) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor=ANA, now=NOW)
        picking.found(mine.order_id, "CAFE-1KG", 2, actor=ANA, now=NOW)
        for _ in range(2):
            picking.done(mine.order_id, actor=ANA, now=NOW)
        with pytest.raises(pick_lists.PickedAlreadyError):
            picking.found(mine.order_id, "CAFE-1KG", 1, actor=ANA, now=NOW)
        for _ in range(2):
            picking.dispatched(mine.order_id, actor=BIA, now=NOW)

        assert Order.objects.get().state == State.DISPATCHED
        assert OrderLine.objects.get().picked == 2
        assert said()[1:] == [("picked", "", [(2, 2)]), ("dispatched", "", [(2, 2)])]

    def test_comes_before_dispatch(self) -> None:
        mine = made_list()

        with pytest.raises(pick_lists.NotPickedError):
            picking.dispatched(mine.order_id, actor=ANA, now=NOW)


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


class TestPickAll:
    def test_goes_from_the_claim_to_the_dispatch(self) -> None:
        assert picking.pick_all(made_list({"A": 2, "B": 1}), actor=ANA) is None

        assert [status for status, *_ in said()] == ["started", "picked", "dispatched"]

    def test_reports_what_is_not_there(self) -> None:
        came = picking.pick_all(made_list({"A": 2, "B": 1}), actor=ANA, short={"A": 0})

        assert came is not None
        assert came.refund_cents == 2000
        assert said()[-1] == ("dispatched", "", [(1, 1), (2, 0)])

    def test_ends_with_the_cancellation_when_nothing_is_there(self) -> None:
        came = picking.pick_all(made_list({"A": 2}), actor=ANA, short={"A": 0})

        assert came is not None
        assert came.is_cancelled
        assert Order.objects.get().state == State.REFUNDING
