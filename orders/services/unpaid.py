"""Ends an order whose token nobody can open any more as not paid, with the bank's own word for it.

The bank is asked to charge under the order's request id by a token that pays nothing. It decides an
id once: either it refuses, and nobody can be charged under that id ever after, or it has decided it
before and says so, and the order stays where it is. Nobody has to guess (record 0165).
"""

from datetime import datetime
from typing import Final

from messaging.whole import run_whole
from orders.adapters.bank import Bank, BankFailedError, Paid, RefusedError
from orders.models import Order, PersonTask, TaskTry
from orders.services import pay
from orders.services.act import locked
from orders.services.concluding import conclude
from orders.services.pay import Charge
from orders.services.settle import TaskClosedError

REASON: Final = "token_lost"


class NotLostError(Exception):
    """No charge without its token: a retry asks the bank for the step itself."""


class NotRefusedError(Exception):
    """The bank has decided this charge before, or does not take the call: nothing is known new."""

    def __init__(self, code: str) -> None:
        """Keep the name of gRPC's code."""
        super().__init__(code)
        self.code = code


def end_unpaid(request_id: str, bank: Bank, *, note: str, actor: str, now: datetime) -> PersonTask:
    """Have the bank refuse the charge for good, and end the order by that refusal.

    The same person with the same note again changes nothing. Raises PersonTask.DoesNotExist,
    NotLostError, TaskClosedError, NotRefusedError, ValueError without a note, BankAwayError and
    TryAgainError: after these two the same is to be tried again.
    """
    note = note.strip()
    if not note:
        raise ValueError("what a person ends needs a note")
    step = run_whole(lambda: _begin(request_id, note, actor, now))
    if step is not None:
        refused = _refusal_of(step, bank)
        run_whole(lambda: _end(step, refused, note, actor, now))
    return PersonTask.objects.get(pk=request_id)


def _begin(request_id: str, note: str, actor: str, now: datetime) -> Charge | None:
    """Write down who ends it; return the charge, or None where this person has ended it before."""
    order = locked(PersonTask.objects.values_list("order_id", flat=True).get(pk=request_id))
    task = PersonTask.objects.get(pk=request_id)
    if (task.done_by, task.note) == (actor, note):
        return None
    step = pay.next_step(order.id, now=now) if may_be_ended(task, order) else None
    if not isinstance(step, Charge):
        raise TaskClosedError if task.done_at is not None else NotLostError
    TaskTry.objects.create(task=task, actor=actor, note=note, at=now)
    return step


def may_be_ended(task: PersonTask, order: Order) -> bool:
    """Tell whether the task is a charge that waits for a token which nobody can open."""
    is_charge = task.step == PersonTask.Step.PAYMENT and task.done_at is None
    return is_charge and pay.is_token_lost(order)


def tried_in_vain(task: PersonTask) -> list[str]:
    """Return who told the bank to refuse the charge of an open task, which has not ended by it."""
    is_open = task.step == PersonTask.Step.PAYMENT and task.done_at is None
    return sorted({each.actor for each in task.by_hand.all() if is_open and each.note})


def _refusal_of(step: Charge, bank: Bank) -> RefusedError:
    match pay.ask_in_vain(step, bank):
        case RefusedError() as refused:
            return RefusedError(REASON, refused.payment_id)
        case BankFailedError() as failed:
            raise NotRefusedError(failed.code)
        case Paid():
            raise NotRefusedError("OK")


def _end(step: Charge, refused: RefusedError, note: str, actor: str, now: datetime) -> None:
    conclude(step, refused, now=now, actor=actor)
    PersonTask.objects.filter(pk=step.request_id, done_by=actor).update(note=note)
