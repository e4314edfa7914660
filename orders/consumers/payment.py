"""The payment: charges an order once stock and verdict say yes, and gives back what is owed.

Every step is the same at each redelivery, because the bank knows its request id. While the bank is
away the partition waits; no order is refused for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from messaging.clock import SystemClock
from messaging.consumer import CallingConsumer, Message, RetryPolicy, Takes
from messaging.errors import PoisonError, TransientError
from messaging.processing import unit_of_work
from orders.adapters.bank import Bank, BankAwayError, Paid, bank
from orders.events import FraudChecked, OrderCancelled, PickingChanged, StockReserved
from orders.models import Order
from orders.services import pay
from orders.services.concluding import CancelledMeanwhileError, conclude
from orders.services.pay import Charge, Outcome, Step

_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Asked:
    """A step, and what the bank has answered to it."""

    step: Step
    outcome: Outcome


class Payment(CallingConsumer):
    """Takes an order's money one step further at every event that may call for one."""

    name = "payment"
    owner = "orders"
    takes = (
        Takes(StockReserved),
        Takes(FraudChecked),
        Takes(OrderCancelled),
        Takes(PickingChanged),
    )
    # Each is a call of its own: few enough that a stop finds an end soon.
    batch_size = 50
    # A customer waits, and the client's breaker spares a bank that is away.
    retry = RetryPolicy(longest_delay=timedelta(seconds=5))

    def bank(self) -> Bank:
        """Return the bank that is asked."""
        return bank()

    def prepare(self, event: Any, message: Message[Any]) -> Step | None:
        """Commit and return the step that the order's money wants; None where it wants none."""
        now = _CLOCK.now()
        try:
            match event:
                case StockReserved(status="reserved") | FraudChecked(status="clear"):
                    return pay.next_step(event.order_id, now=now)
                case OrderCancelled():
                    return pay.next_step(event.order_id, now=now)
                case PickingChanged(status="short"):
                    return pay.refund_for_missing(event.order_id, message.event_id, now=now)
                case _:
                    return None
        except Order.DoesNotExist:
            raise PoisonError("unknown_order") from None

    def call(self, intent: Step | None) -> Asked | None:
        """Ask the bank; a charge that only settles a cancelled order goes on to its refund."""
        if intent is None:
            return None
        asked = self._ask(intent)
        if not (isinstance(intent, Charge) and intent.settles and isinstance(asked.outcome, Paid)):
            return asked
        with unit_of_work(self.database):
            conclude(intent, asked.outcome, now=_CLOCK.now())
            refund = pay.next_step(intent.order_id, now=_CLOCK.now())
        return None if refund is None else self._ask(refund)

    def conclude(self, event: Any, message: Message[Any], outcome: Asked | None) -> None:  # noqa: ARG002 - the step knows its order
        """Note the outcome; what was cancelled while the bank was asked is taken anew."""
        if outcome is None:
            return
        try:
            conclude(outcome.step, outcome.outcome, now=_CLOCK.now())
        except CancelledMeanwhileError:
            raise TransientError("the order was cancelled meanwhile") from None

    def _ask(self, step: Step) -> Asked:
        try:
            return Asked(step, pay.ask(step, self.bank()))
        except BankAwayError:
            raise TransientError("the bank is away") from None
