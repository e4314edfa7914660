"""Money that is owed back, and steps that wait for a person: both are rows before they are acts."""

from datetime import datetime

from django.db.models import F, Sum

from orders.domain.money import owed_back_cents
from orders.models import Order, OrderLine, PersonTask, RefundDue


def authorisation_id(order_id: str) -> str:
    """Return the id under which an order is charged, however often that is tried."""
    return f"order:{order_id}:authorise"


def owe_rest(order: Order, now: datetime) -> RefundDue | None:
    """Write down that whatever is still charged for a cancelled order goes back; return that row.

    Call it for an order that is locked; a second time it finds the row. None where every cent is
    on its way back already.
    """
    request_id = f"order:{order.id}:cancel"
    return _owe(order, request_id, order.charged_cents, now)


def owe_missing(order: Order, event_id: str, now: datetime) -> RefundDue | None:
    """Write down what a short pick of a locked order owes, `event_id` naming it; return that row.

    It owes for all that was not found so far, less what is written down already.
    """
    lines = OrderLine.objects.filter(order=order)
    owed = min(owed_back_cents(order.total_cents, lines), order.charged_cents)
    return _owe(order, f"order:{order.id}:short:{event_id}", owed, now)


def by_hand_cents(order: Order) -> int:
    """Return what persons gave back of a locked order without the bank."""
    rows = RefundDue.objects.filter(order=order, by_hand=True)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def _owe(order: Order, request_id: str, in_all: int, now: datetime) -> RefundDue | None:
    known = RefundDue.objects.filter(pk=request_id).first()
    if known is not None:
        return known
    earlier = RefundDue.objects.filter(order=order).aggregate(cents=Sum("amount_cents"))["cents"]
    rest = in_all - (earlier or 0)
    if rest <= 0:
        return None
    return RefundDue.objects.create(
        request_id=request_id, order=order, amount_cents=rest, created_at=now
    )


def ask_a_person(
    order: Order, request_id: str, *, step: PersonTask.Step, reason: str, now: datetime
) -> None:
    """Put a step that cannot finish by itself on the list, or put it there again."""
    facts = {"order": order, "step": step, "reason": reason[:120], "tried_at": now}
    task, is_new = PersonTask.objects.get_or_create(
        request_id=request_id, defaults={**facts, "created_at": now}
    )
    if not is_new:
        for name, value in facts.items():
            setattr(task, name, value)
        task.tries = F("tries") + 1
        task.done_at, task.done_by, task.note = None, "", ""
        task.save()


def close_task(request_id: str, *, by: str, now: datetime) -> None:
    """Take a step that has finished off the list."""
    PersonTask.objects.filter(pk=request_id, done_at=None).update(done_at=now, done_by=by)
