"""Tries a step again that needs a person: what they did is written down, then the bank is asked."""

from datetime import datetime
from functools import partial

from messaging.whole import run_whole
from orders.adapters.bank import Bank, Paid, Refunded
from orders.models import PersonTask, TaskTry
from orders.services import pay
from orders.services.act import locked
from orders.services.concluding import CancelledMeanwhileError, conclude
from orders.services.pay import Outcome, Step


def retry(request_id: str, bank: Bank, *, actor: str, now: datetime) -> PersonTask:
    """Take the step again, and those that follow from it; return the task as it is then.

    It is done when its `done_at` is there. Raises PersonTask.DoesNotExist, BankAwayError and
    TryAgainError: then nothing is lost, and the same may be tried again.
    """
    step = run_whole(lambda: _begin(request_id, actor, now))
    while step is not None:
        outcome = pay.ask(step, bank)
        step = run_whole(partial(_go_on, step, outcome, actor, now))
    return PersonTask.objects.get(pk=request_id)


def _begin(request_id: str, actor: str, now: datetime) -> Step | None:
    """Write down who tries; return the step, or None where it has been finished meanwhile."""
    order_id = PersonTask.objects.values_list("order_id", flat=True).get(pk=request_id)
    locked(order_id)
    task = PersonTask.objects.get(pk=request_id)
    if task.done_at is not None:
        return None
    TaskTry.objects.create(task=task, actor=actor, at=now)
    step = pay.step_of(task, now=now)
    if step is None:
        PersonTask.objects.filter(pk=request_id).update(done_at=now, done_by=actor)
    return step


def _go_on(step: Step, outcome: Outcome, actor: str, now: datetime) -> Step | None:
    """Note the outcome; return what the order's money wants next, if it goes on at all."""
    try:
        conclude(step, outcome, now=now, actor=actor)
    except CancelledMeanwhileError:
        return pay.next_step(step.order_id, now=now)
    goes_on = isinstance(outcome, Paid | Refunded)
    return pay.next_step(step.order_id, now=now) if goes_on else None
