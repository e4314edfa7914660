"""Reads orders and goods as REST, pages and mails show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from orders.domain.states import ENDED, Happening, State, Status
from orders.models import Order, OrderEventRow, OrderLine, PersonTask, Product, RefundDue

WAITING, DONE, FAILED, NEEDS_PERSON = "waiting", "done", "failed", "needs_person"
_SETTLING: Final = (State.SETTLING, State.REFUNDING)
_DOUBTFUL: Final = (State.IN_REVIEW, State.HELD_IN_REVIEW)

_Events = dict[str, OrderEventRow]


@dataclass(frozen=True, slots=True)
class Step:
    """How far an order is: `state` is waiting, done, failed or needs_person."""

    step: str
    state: str
    at: datetime | None = None
    reason: str = ""


def order_of(account_id: str, order_id: str) -> Order:
    """Return an account's order; raises Order.DoesNotExist, for another's too."""
    return Order.objects.get(pk=order_id, account_id=account_id)


def products() -> QuerySet[Product]:
    """Return the goods that are sold, by SKU."""
    return Product.objects.filter(is_active=True).order_by("sku")


def steps_of(order: Order) -> list[Step]:
    """Return the steps stock, fraud, payment, refund, picking and dispatch, in this order.

    An order that has ended has no steps that will not come any more; `refund` is there where money
    goes back, or may have to.
    """
    events = {row.happening: row for row in OrderEventRow.objects.filter(order=order)}
    tasks = {
        task.step: task
        for task in PersonTask.objects.filter(order=order, done_at=None).order_by("-created_at")
    }
    found = [
        _step("stock", events, Happening.STOCK_RESERVED, _STOCK_FAILED),
        _fraud(order, events),
        _tasked(
            _step("payment", events, Happening.PAYMENT_APPROVED, (Happening.PAYMENT_REJECTED,)),
            tasks.get(PersonTask.Step.PAYMENT),
        ),
        *_refund(order, tasks.get(PersonTask.Step.REFUND)),
        _step("picking", events, Happening.PICKING_DONE),
        _step("dispatch", events, Happening.GOODS_DISPATCHED),
    ]
    is_over = order.state in ENDED
    return [each for each in found if not is_over or _still_counts(order, each)]


_STOCK_FAILED: Final = (Happening.HOLD_EXPIRED, Happening.STOCK_MISSING)


def _still_counts(order: Order, step: Step) -> bool:
    is_settled = order.state == State.SETTLING and step.step == "payment"
    return step.state != WAITING or step.step == "refund" or is_settled


def _step(name: str, events: _Events, done: Happening, failed: tuple[Happening, ...] = ()) -> Step:
    for happening in failed:
        if happening in events:
            return Step(name, FAILED, events[happening].at, events[happening].reason)
    if done in events:
        return Step(name, DONE, events[done].at)
    return Step(name, WAITING)


def _fraud(order: Order, events: _Events) -> Step:
    judged = _step("fraud", events, Happening.FRAUD_CLEAR, (Happening.FRAUD_FOUND,))
    if order.state not in _DOUBTFUL:
        return judged
    doubted = events.get(Happening.FRAUD_DOUBTFUL)
    if doubted is None:
        return Step("fraud", NEEDS_PERSON)
    return Step("fraud", NEEDS_PERSON, doubted.at, doubted.reason)


def _tasked(step: Step, task: PersonTask | None) -> Step:
    """Return the step, or that a person has to look at it where there is a task."""
    if task is None:
        return step
    return Step(step.step, NEEDS_PERSON, task.created_at, task.reason)


def _refund(order: Order, task: PersonTask | None) -> list[Step]:
    dues = list(RefundDue.objects.filter(order=order))
    if not dues and order.state not in _SETTLING:
        return []
    times = [due.made_at for due in dues if due.made_at is not None]
    is_done = len(times) == len(dues) and order.state not in _SETTLING
    step = Step("refund", DONE, max(times)) if is_done else Step("refund", WAITING)
    return [_tasked(step, task)]


def resource_of(order: Order) -> dict[str, Any]:
    """Return the order as REST shows it (CONTRACTS section 5), in plain data."""
    is_picked = order.status in (Status.PICKED, Status.DISPATCHED)
    lines = [
        _line(line, line.quantity if line.picked is None and is_picked else line.picked)
        for line in _lines(order)
    ]
    return _resource(order, lines, steps_of(order))


def resource_when_placed(order: Order) -> dict[str, Any]:
    """Return what was answered when the order was placed, which a repeated request gets again."""
    steps = ("stock", "fraud", "payment", "picking", "dispatch")
    lines = [_line(line, None) for line in _lines(order)]
    told = _resource(order, lines, [Step(name, WAITING) for name in steps])
    return {**told, "status": Status.PLACED.value, "reason": "", "refunded": amount(0)}


def amount(cents: int) -> str:
    """Return cents as REST writes amounts."""
    return f"{cents // 100}.{cents % 100:02}"


def _lines(order: Order) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).order_by("pk")


def _line(line: OrderLine, picked: int | None) -> dict[str, Any]:
    return {
        "sku": line.product_id,
        "quantity": line.quantity,
        "picked": picked,
        "unit_price": amount(line.unit_price_cents),
    }


def _resource(order: Order, lines: list[dict[str, Any]], steps: list[Step]) -> dict[str, Any]:
    return {
        "id": order.id,
        "status": str(order.status),
        "reason": order.reason,
        "total": amount(order.total_cents),
        "refunded": amount(order.refunded_cents),
        "lines": lines,
        "steps": [
            {"step": each.step, "state": each.state, "at": each.at, "reason": each.reason}
            for each in steps
        ],
        "created_at": order.created_at,
    }
