"""Picking by hand, of what is there: one person at a time, nothing twice, told in the end."""

import pytest
from django.db import transaction

from orders.domain.picking import Scan
from orders.domain.states import State
from orders.models import Order, OrderLine, PickLine, PickList
from orders.services import pick_lists, picking
from orders.tests.kit import NOW, made_order, made_product
from orders.tests.services.picking_kit import ANA, BIA, LATER, made_list, said

pytestmark = pytest.mark.django_db


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
