"""The gateway's topics and what they carry: requests in, decisions out."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from messaging.events import Event
from messaging.topics import Topic, declare

_RETENTION = timedelta(days=14)
TRANSACTIONS = declare(Topic(name="transactions", retention=_RETENTION))
TRANSACTIONS_RESULT = declare(Topic(name="transactions_result", retention=_RETENTION))

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ReceivedCard(msgspec.Struct, frozen=True, kw_only=True):
    """The card of a request; `sealed` is its number under the vault's key, `token` a keyed hash."""

    token: str
    brand: str
    last4: str
    expiration_month: int
    expiration_year: int
    holder: str
    sealed: str


class TransactionReceived(Event, frozen=True, kw_only=True):
    """A request that our API accepted; `amount` is the raw JSON number with two decimals."""

    TOPIC: ClassVar[Topic] = TRANSACTIONS
    TYPE: ClassVar[str] = "transactions.received.v1"

    id: Id
    account_id: Id
    amount: msgspec.Raw
    currency: str
    card: ReceivedCard
    created_at: datetime


class TransactionReceivedPlain(Event, frozen=True, kw_only=True):
    """A request from an outside producer; its CVV is not a field, so it is dropped at parsing."""

    TOPIC: ClassVar[Topic] = TRANSACTIONS
    TYPE: ClassVar[str] = "transactions.received_plain.v1"

    id: Id
    account_id: Id
    amount: msgspec.Raw
    credit_card_number: str
    credit_card_name: str
    credit_card_expiration_month: int
    credit_card_expiration_year: int
    currency: str = "BRL"
    created_at: datetime | None = None


class TransactionDecided(Event, frozen=True, kw_only=True):
    """The decision; `error_message` and `error_code` are empty when approved."""

    TOPIC: ClassVar[Topic] = TRANSACTIONS_RESULT
    TYPE: ClassVar[str] = "transactions.decided.v1"

    id: Id
    status: str
    error_message: str
    error_code: str
    account_id: Id
    amount: msgspec.Raw
    amount_cents: int
    currency: str
    card_brand: str
    card_last4: str
    created_at: datetime
    processed_at: datetime
