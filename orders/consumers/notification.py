"""Tells customers what became of their orders, one mail for each step that is news to them.

The mail is written down before it is sent and marked after: a crash between the two sends it again
under the same Message-ID, and nothing else ever does.
"""

from dataclasses import dataclass
from typing import Any, Final

from messaging.clock import SystemClock
from messaging.consumer import CallingConsumer, Message, Takes
from messaging.errors import TransientError
from orders.adapters.post import PostAwayError, PostRefusedError, send
from orders.domain.notices import notice_of
from orders.events import (
    FraudChecked,
    OrderCancelled,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
    StockReserved,
)
from orders.models import Mail
from orders.services import letters
from orders.services.letters import Due

_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a mail."""

    due: Due
    status: str
    reason: str = ""


class Notification(CallingConsumer):
    """Writes to the customer at each event that is news."""

    name = "notification"
    owner = "orders"
    takes = (
        Takes(OrderPlaced),
        Takes(OrderCancelled),
        Takes(StockReserved),
        Takes(FraudChecked),
        Takes(PaymentProcessed),
        Takes(PickingChanged),
    )

    def prepare(self, event: Any, message: Message[Any]) -> Due | None:
        """Write the mail down; None for what is no news."""
        notice = notice_of(message.record.topic, event.status)
        if notice is None:
            return None
        return letters.note(event.order_id, event.order_version, notice, _CLOCK.now())

    def call(self, intent: Due | None) -> Sent | None:
        """Send it; raises TransientError while the mail server is away."""
        if intent is None:
            return None
        letter = letters.letter_of(intent)
        if letter is None:
            return Sent(intent, Mail.Status.SKIPPED, "no_address")
        try:
            send(letter)
        except PostAwayError as error:
            raise TransientError(f"the mail server does not take mail: {error}") from None
        except PostRefusedError as error:
            return Sent(intent, Mail.Status.REFUSED, str(error.code))
        return Sent(intent, Mail.Status.SENT)

    def conclude(self, _event: Any, _message: Message[Any], outcome: Sent | None) -> None:
        """Mark it."""
        if outcome is not None:
            letters.close(outcome.due, outcome.status, outcome.reason, _CLOCK.now())
