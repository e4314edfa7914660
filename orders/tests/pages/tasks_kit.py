"""Orders that wait, and tasks for a person, for the tests of the operators' pages."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.domain.states import State
from orders.models import Order, PersonTask, RefundDue
from orders.tests.kit import made_order


def waiting(state: State, hours: float) -> Order:
    return made_order(
        {"CAFE-1KG": 1}, state=state, state_since=timezone.now() - timedelta(hours=hours)
    )


def task_of(step: str) -> PersonTask:
    """Return a task about an order that was paid, or is being paid; a refund has its row."""
    is_refund, now = step == "refund", timezone.now()
    order = waiting(State.REFUNDING if is_refund else State.PAYING, 1)
    request_id = f"order:{order.id}:{'cancel' if is_refund else 'authorise'}"
    facts: dict[str, Any] = {"order": order, "created_at": now}
    if is_refund:
        Order.objects.filter(pk=order.pk).update(charged_cents=8990, payment_id="p")
        RefundDue.objects.create(request_id=request_id, amount_cents=8990, **facts)
    return PersonTask.objects.create(
        request_id=request_id, step=step, reason="NOT_FOUND", tried_at=now, **facts
    )
