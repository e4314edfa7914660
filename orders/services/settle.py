"""Settles a refund by hand: the bank will not give it back, and a person has done so another way.

A charge cannot be settled: whether the card was charged only the bank knows (record 0144).
"""

from datetime import datetime

from messaging.whole import run_whole
from orders.models import PersonTask, RefundDue, TaskTry
from orders.services import concluding
from orders.services.act import locked


class NotByHandError(Exception):
    """The task is of a kind that nobody may settle by hand."""


class TaskClosedError(Exception):
    """The step has been finished meanwhile: by the bank, or by somebody else."""


def settle(request_id: str, *, note: str, actor: str, now: datetime) -> PersonTask:
    """Write down that `actor` gave the money back, and how; the order goes on as after a refund.

    The same person with the same note again changes nothing. Raises PersonTask.DoesNotExist,
    NotByHandError, TaskClosedError, ValueError without a note, and TryAgainError.
    """
    if not note.strip():
        raise ValueError("what is settled by hand needs a note")
    return run_whole(lambda: _settle(request_id, note.strip(), actor, now))


def _settle(request_id: str, note: str, actor: str, now: datetime) -> PersonTask:
    order_id = PersonTask.objects.values_list("order_id", flat=True).get(pk=request_id)
    order = locked(order_id)
    task = PersonTask.objects.get(pk=request_id)
    if (task.done_by, task.note) == (actor, note):
        return task
    row = RefundDue.objects.filter(pk=request_id).first()
    if row is None or not task.may_be_settled:
        raise NotByHandError
    if task.done_at is not None or row.made_at is not None:
        raise TaskClosedError
    concluding.settled_by_hand(order, row, now=now, actor=actor)
    TaskTry.objects.create(task=task, actor=actor, note=note, at=now)
    task.done_at, task.done_by, task.note = now, actor, note
    task.save(update_fields=["done_at", "done_by", "note"])
    return task
