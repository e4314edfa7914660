"""The steps of an order, from what has happened to it and what it is still owed."""

from typing import Any

import pytest
from django.db import transaction

from orders import selectors
from orders.domain.states import Happening, State
from orders.models import Order, OrderLine, PersonTask, RefundDue
from orders.services import stock
from orders.services.act import Act, act, locked
from orders.services.cancel import cancel
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db

PAID = {"payment_id": "p", "amount_cents": 8990}
MONEY = {Happening.PAYMENT_APPROVED, Happening.PAYMENT_REJECTED}
PICKS = {Happening.PICKING_STARTED, Happening.PICKING_DONE, Happening.GOODS_DISPATCHED}
JUDGED = {Happening.FRAUD_CLEAR, Happening.FRAUD_FOUND}


def details_of(happening: Happening) -> dict[str, Any]:
    if happening in MONEY:
        return PAID
    if happening in PICKS:
        return {"lines": []}
    return {"score": 0, "rules": [], "ruleset": "1"} if happening in JUDGED else {}


def happened(*happenings: Happening, reason: str = "") -> Order:
    made_product()
    order = made_order({"CAFE-1KG": 2})
    for happening in happenings:
        with transaction.atomic():
            order = locked(order.id)
            if happening is Happening.STOCK_RESERVED:
                stock.take(order, NOW)
            what = Act(happening=happening, now=NOW, reason=reason, details=details_of(happening))
            assert not act(order, what).is_ignored
    return order


def steps(order: Order) -> dict[str, str]:
    return {each.step: each.state for each in selectors.steps_of(order)}


TO_PAID = (
    Happening.STOCK_RESERVED,
    Happening.FRAUD_CLEAR,
    Happening.PAYMENT_BEGUN,
    Happening.PAYMENT_APPROVED,
)


class TestSteps:
    def test_all_wait_for_a_new_order(self) -> None:
        assert steps(happened()) == dict.fromkeys(
            ("stock", "fraud", "payment", "picking", "dispatch"), "waiting"
        )

    def test_are_done_one_by_one(self) -> None:
        order = happened(*TO_PAID)

        assert steps(order) == {
            "stock": "done",
            "fraud": "done",
            "payment": "done",
            "picking": "waiting",
            "dispatch": "waiting",
        }
        assert selectors.steps_of(order)[0].at == NOW

    def test_are_all_done_at_the_end(self) -> None:
        order = happened(*TO_PAID, *sorted(PICKS, key=list(Happening).index))

        assert set(steps(order).values()) == {"done"}

    def test_end_with_what_failed(self) -> None:
        order = happened(Happening.STOCK_RESERVED, Happening.FRAUD_FOUND, reason="blocked")

        assert steps(order) == {"stock": "done", "fraud": "failed"}
        assert selectors.steps_of(order)[1].reason == "blocked"

    def test_a_doubt_needs_a_person(self) -> None:
        assert steps(happened(Happening.FRAUD_DOUBTFUL))["fraud"] == "needs_person"

    def test_a_cancelled_order_waits_for_its_money(self) -> None:
        order = happened(*TO_PAID)
        Order.objects.update(charged_cents=8990, payment_id="p")
        order = cancel(order.id, reason="customer", actor="x", now=NOW)

        assert steps(order) == {
            "stock": "done",
            "fraud": "done",
            "payment": "done",
            "refund": "waiting",
        }
        RefundDue.objects.update(made_at=NOW)
        Order.objects.update(state=State.CANCELLED)
        assert steps(Order.objects.get())["refund"] == "done"

    def test_a_cancelled_order_nobody_charged_has_no_refund(self) -> None:
        order = cancel(happened().id, reason="customer", actor="x", now=NOW)

        assert steps(order) == {}

    def test_a_payment_that_is_being_settled_is_told(self) -> None:
        order = happened(*TO_PAID[:3])
        order = cancel(order.id, reason="customer", actor="x", now=NOW)

        assert steps(order) == {
            "stock": "done",
            "fraud": "done",
            "payment": "waiting",
            "refund": "waiting",
        }

    def test_what_could_not_finish_needs_a_person(self) -> None:
        order = happened(*TO_PAID[:3])
        PersonTask.objects.create(
            request_id="r",
            order=order,
            step=PersonTask.Step.PAYMENT,
            reason="INTERNAL",
            created_at=NOW,
            tried_at=NOW,
        )

        assert steps(order)["payment"] == "needs_person"
        PersonTask.objects.update(done_at=NOW)
        assert steps(order)["payment"] == "waiting"


class TestResource:
    def test_has_the_contracts_fields(self) -> None:
        order = happened(Happening.STOCK_RESERVED)

        found = selectors.resource_of(order)

        steps = found.pop("steps")
        assert steps[0] == {"step": "stock", "state": "done", "at": NOW, "reason": ""}
        assert found == {
            "id": order.id,
            "status": "placed",
            "reason": "",
            "total": "179.80",
            "refunded": "0.00",
            "lines": [{"sku": "CAFE-1KG", "quantity": 2, "picked": None, "unit_price": "89.90"}],
            "created_at": NOW,
        }

    def test_tells_what_was_picked(self) -> None:
        order = happened(*TO_PAID, Happening.PICKING_STARTED, Happening.PICKING_DONE)
        assert selectors.resource_of(order)["lines"][0]["picked"] == 2

        OrderLine.objects.update(picked=1)
        assert selectors.resource_of(order)["lines"][0]["picked"] == 1

    def test_stays_what_it_was_for_a_repeated_request(self) -> None:
        order = happened()
        first = selectors.resource_when_placed(order)
        assert first == selectors.resource_of(order)

        with transaction.atomic():
            cancel(order.id, reason="customer", actor="x", now=NOW)

        assert selectors.resource_when_placed(Order.objects.get()) == first

    def test_another_accounts_order_is_not_there(self) -> None:
        order = happened()

        assert selectors.order_of("shop", order.id) == order
        with pytest.raises(Order.DoesNotExist):
            selectors.order_of("other", order.id)
