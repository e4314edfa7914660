"""Notes what the bank has answered to a step of an order's money: once, whoever comes first."""

from datetime import datetime
from typing import Final

from orders.adapters.bank import BankFailedError, Paid, Refunded, RefusedError
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, RefundDue
from orders.services import owed
from orders.services.act import Act, act, locked
from orders.services.pay import Charge, GiveBack, Outcome, Step

_BY_ITSELF: Final = "payment"


class CancelledMeanwhileError(Exception):
    """The charge went through, and the order was cancelled meanwhile: take the step anew."""


def conclude(step: Step, outcome: Outcome, *, now: datetime, actor: str = "") -> None:
    """Note the outcome inside the running transaction; who comes second changes nothing.

    What the bank will not do as it was asked becomes a task for a person. Raises
    CancelledMeanwhileError, with nothing noted, so that no refund is owed that nobody goes on with.
    """
    order = locked(step.order_id)
    match step, outcome:
        case Charge(), Paid():
            _approved(order, step, outcome.payment_id, now, actor)
        case Charge(), RefusedError():
            _rejected(order, step, outcome, now, actor)
        case GiveBack(), Refunded():
            _refunded(order, step, outcome, now, actor)
        case _, RefusedError():
            _ask_a_person(order, step, outcome.reason, now)
            return
        case _, BankFailedError():
            _ask_a_person(order, step, outcome.code, now)
            return
    owed.close_task(step.request_id, by=actor or _BY_ITSELF, now=now)


def _approved(order: Order, step: Charge, payment_id: str, now: datetime, actor: str) -> None:
    if order.state == State.SETTLING and not step.settles:
        raise CancelledMeanwhileError
    order.payment_id, order.charged_cents = payment_id, step.amount_cents
    details = {"payment_id": payment_id, "amount_cents": step.amount_cents}
    what = Act(happening=Happening.PAYMENT_APPROVED, now=now, actor=actor, details=details)
    acted = act(order, what)
    if acted.cell is not None and acted.cell.owes_refund:
        owed.owe_rest(order, now)


def _rejected(order: Order, step: Charge, refused: RefusedError, now: datetime, actor: str) -> None:
    what = Act(
        happening=Happening.PAYMENT_REJECTED,
        now=now,
        reason=refused.reason,
        actor=actor,
        details={"payment_id": refused.payment_id, "amount_cents": step.amount_cents},
    )
    act(order, what)


def settled_by_hand(order: Order, row: RefundDue, *, now: datetime, actor: str) -> None:
    """Note that a person gave the money of `row` back without the bank, inside the transaction."""
    row.by_hand, row.made_at = True, now
    row.save(update_fields=["by_hand", "made_at"])
    _given_back(order, row, order.refunded_cents + row.amount_cents, now, actor)


def _refunded(order: Order, step: GiveBack, made: Refunded, now: datetime, actor: str) -> None:
    row = RefundDue.objects.select_for_update().get(pk=step.request_id)
    if row.made_at is not None:
        if row.by_hand and not row.refund_id:
            # It was under way when a person settled it: the audit tells that it was given twice.
            RefundDue.objects.filter(pk=row.pk).update(refund_id=made.id)
        return
    row.refund_id, row.made_at = made.id, now
    row.save(update_fields=["refund_id", "made_at"])
    # The bank knows nothing of what was given back by hand, unless its own clerk did it.
    given = min(made.refunded_total_cents + owed.by_hand_cents(order), order.charged_cents)
    _given_back(order, row, given, now, actor)


def _given_back(order: Order, row: RefundDue, given: int, now: datetime, actor: str) -> None:
    """Note that `given` cents went back in all, the last of them by `row`."""
    # Two refunds under way may be noted in another order than the bank made them in.
    order.refunded_cents = max(order.refunded_cents, given)
    is_all = order.refunded_cents >= order.charged_cents
    is_end = is_all and order.state == State.REFUNDING
    what = Act(
        happening=Happening.REFUND_MADE if is_end else Happening.PART_REFUND_MADE,
        now=now,
        actor=actor,
        details={
            "payment_id": order.payment_id,
            "amount_cents": row.amount_cents,
            "refund_id": row.refund_id or None,
            "refunded_total_cents": order.refunded_cents,
        },
    )
    if act(order, what).is_ignored:
        order.save(update_fields=["refunded_cents"])


def _is_finished(order: Order, step: Step) -> bool:
    if isinstance(step, Charge):
        return order.state not in (State.PAYING, State.SETTLING)
    return RefundDue.objects.filter(pk=step.request_id).exclude(made_at=None).exists()


def _ask_a_person(order: Order, step: Step, reason: str, now: datetime) -> None:
    if _is_finished(order, step):
        # Somebody else has finished it since it was asked for.
        return
    kind = PersonTask.Step.PAYMENT if isinstance(step, Charge) else PersonTask.Step.REFUND
    owed.ask_a_person(order, step.request_id, step=kind, reason=reason, now=now)
