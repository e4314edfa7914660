"""The topic `payments` and what it carries: every payment decided, every refund, for ever."""

from datetime import datetime
from typing import ClassVar, Final

import msgspec

from messaging.events import Event
from messaging.topics import FOR_EVER, Topic, declare

# Kept for ever: statements are rebuilt from it.
PAYMENTS: Final = declare(Topic(name="payments", retention=FOR_EVER))


class PaymentRecorded(Event, frozen=True, kw_only=True):
    """One payment (approved or rejected), refund or invoice payment, as CONTRACTS section 3 says.

    `amount` is the raw JSON number with two decimals, positive; `kind` gives the sign.
    `credit_card_number` is masked, its last four digits alone are there.
    """

    TOPIC: ClassVar[Topic] = PAYMENTS
    TYPE: ClassVar[str] = "bank.payment_recorded.v1"

    transaction_id: str
    credit_card_number: str
    status: str
    amount: msgspec.Raw
    store: str
    description: str
    payment_date: datetime
    card_id: str
    kind: str
    refund_id: str | None
    refusal_code: str | None
    instalments: int
    amount_cents: int
    balance_after_cents: int
