"""Says what an order's money wants next, and asks the bank for it: intents first, then calls.

What finds a step writes its intent under a lock on the order; `ask` runs with no transaction open;
`concluding.conclude` notes the end. Each step has a request id of its own, so whoever repeats one
gets the same answer and changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cards.installation import vault
from cards.vault import VaultError
from orders.adapters.bank import Bank, BankFailedError, Paid, Refunded, RefusedError
from orders.domain.states import Happening, State
from orders.models import Order, PersonTask, RefundDue
from orders.services import owed
from orders.services.act import Act, act, locked
from orders.services.ending import give_back_rest

# Unlike any of the bank's, which begin with `ptok_`.
_NO_TOKEN: Final = "lost"  # noqa: S105 - no secret: it says that there is none
_WITH_GOODS: Final = frozenset({State.PICKING, State.PICKED, State.DISPATCHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """The order's card is to be charged; `settles` says that the order is cancelled already."""

    order_id: str
    request_id: str
    amount_cents: int
    sealed_token: str = field(repr=False)
    settles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """A part of what was charged, or all of it, is to go back."""

    order_id: str
    request_id: str
    amount_cents: int
    payment_id: str


Step = Charge | GiveBack
Outcome = Paid | Refunded | RefusedError | BankFailedError
"""What the bank has answered; that it could not be asked is no outcome."""


def next_step(order_id: str, *, now: datetime) -> Step | None:
    """Return what the order's money wants now, its intent written; None where nothing is to do.

    The same step comes back until it is concluded. Raises Order.DoesNotExist.
    """
    order = locked(order_id)
    state = State(order.state)
    if state is State.RESERVED:
        begun = act(order, Act(happening=Happening.PAYMENT_BEGUN, now=now))
        return None if begun.is_ignored else _charge(order)
    if state in (State.PAYING, State.SETTLING):
        return _charge(order)
    if state is State.REFUNDING:
        return _give_back(order, give_back_rest(order, now=now))
    return None


def refund_for_missing(order_id: str, event_id: str, *, now: datetime) -> GiveBack | None:
    """Return the part refund that the short pick told by `event_id` calls for, its row written.

    None where none is owed or it was made: an order that goes back as a whole owes no parts.
    Raises Order.DoesNotExist.
    """
    order = locked(order_id)
    row = owed.owe_missing(order, event_id, now) if order.state in _WITH_GOODS else None
    known = row or RefundDue.objects.filter(pk=f"order:{order_id}:short:{event_id}").first()
    return _give_back(order, known)


def step_of(task: PersonTask, *, now: datetime) -> Step | None:
    """Return the step that waits for a person, None where it was finished in another way."""
    if task.step == PersonTask.Step.PAYMENT:
        return next_step(task.order_id, now=now)
    order = locked(task.order_id)
    return _give_back(order, RefundDue.objects.filter(pk=task.request_id).first())


def ask(step: Step, bank: Bank) -> Outcome:
    """Ask the bank for the step; no transaction may be open. Raises BankAwayError."""
    try:
        if isinstance(step, GiveBack):
            return bank.refund(
                step.payment_id, request_id=step.request_id, amount_cents=step.amount_cents
            )
        if not step.amount_cents:
            # A coupon has paid for everything: there is nothing to ask for.
            return Paid("")
        return _authorised(step, _token(step.order_id, step.sealed_token), bank)
    except (RefusedError, BankFailedError) as outcome:
        return outcome
    except VaultError as error:
        return BankFailedError(type(error).__name__)


def ask_in_vain(step: Charge, bank: Bank) -> Paid | RefusedError | BankFailedError:
    """Ask the bank for the charge by a token that it never gave. Raises BankAwayError.

    Where nothing is decided under the step's id it refuses, and then for ever; where something is,
    it fails, because that was asked by another token.
    """
    try:
        return _authorised(step, f"{_NO_TOKEN} {step.order_id}", bank)
    except (RefusedError, BankFailedError) as outcome:
        return outcome


def is_token_lost(order: Order) -> bool:
    """Tell whether nobody here can open the order's token: its key is gone, or it is damaged."""
    try:
        _token(order.id, order.payment_token_sealed)
    except VaultError:
        return True
    return False


def _token(order_id: str, sealed: str) -> str:
    return vault().open(sealed, context=f"order:{order_id}")


def _authorised(step: Charge, token: str, bank: Bank) -> Paid:
    return bank.authorise(
        request_id=step.request_id,
        token=token,
        order_id=step.order_id,
        amount_cents=step.amount_cents,
        description=f"order {step.order_id}",
    )


def _charge(order: Order) -> Charge:
    return Charge(
        order_id=order.id,
        request_id=owed.authorisation_id(order.id),
        amount_cents=order.total_cents,
        sealed_token=order.payment_token_sealed,
        settles=order.state == State.SETTLING,
    )


def _give_back(order: Order, row: RefundDue | None) -> GiveBack | None:
    if row is None or row.made_at is not None:
        return None
    return GiveBack(
        order_id=order.id,
        request_id=row.request_id,
        amount_cents=row.amount_cents,
        payment_id=order.payment_id,
    )
