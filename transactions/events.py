"""The gateway's topics and what they carry: requests in, decisions out."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Final

import msgspec

from messaging.events import Event
from messaging.topics import Topic, declare
from transactions.domain import money

_RETENTION = timedelta(days=14)
TRANSACTIONS = declare(Topic(name="transactions", retention=_RETENTION, holds_card_data=True))
TRANSACTIONS_RESULT = declare(Topic(name="transactions_result", retention=_RETENTION))

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Token = Annotated[str, msgspec.Meta(max_length=64)]
CURRENCY: Final = "BRL"
STATUSES: Final = ("approved", "rejected")
_YEARS: Final = range(1970, 9000)


def aware(moment: datetime) -> datetime:
    """Return `moment` with a time zone: what says none is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _check(first: str, second: str, currency: str, moment: datetime | None) -> None:
    """Raise ValueError, which decoding turns into poison, for what no type can say."""
    if not (first.isprintable() and second.isprintable()):
        raise ValueError("an id has a control character")
    if first != first.strip() or second != second.strip():
        raise ValueError("an id has blanks around it")
    if currency != CURRENCY:
        raise ValueError("a currency that nobody here knows")
    if moment is not None and moment.year not in _YEARS:
        raise ValueError("a time that no database holds")


class ReceivedCard(msgspec.Struct, frozen=True, kw_only=True):
    """The card of a request; `sealed` is its number under the vault's key, `token` a keyed hash."""

    token: Token
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

    def __post_init__(self) -> None:
        """Refuse what no type can say."""
        _check(self.id, self.account_id, self.currency, self.created_at)


class TransactionReceivedPlain(Event, frozen=True, kw_only=True):
    """A request from an outside producer; its CVV is not a field, so it is dropped at parsing.

    Types are taken strictly: a month as text is poison, as is another currency, or an amount that
    is no whole number of cents. A `created_at` that names no time zone is read as UTC.
    """

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

    def __post_init__(self) -> None:
        """Refuse what no type can say."""
        _check(self.id, self.account_id, self.currency, self.created_at)
        money.parse_outside_cents(bytes(self.amount))


class TransactionDecided(Event, frozen=True, kw_only=True):
    """The decision; `error_message` and `error_code` are empty when approved."""

    TOPIC: ClassVar[Topic] = TRANSACTIONS_RESULT
    TYPE: ClassVar[str] = "transactions.decided.v1"

    id: Id
    status: str
    error_message: Annotated[str, msgspec.Meta(max_length=255)]
    error_code: Annotated[str, msgspec.Meta(max_length=64)]
    account_id: Id
    amount: msgspec.Raw
    amount_cents: Annotated[int, msgspec.Meta(gt=-(10**14), lt=10**14)]
    currency: str
    card_brand: Annotated[str, msgspec.Meta(max_length=16)]
    card_last4: Annotated[str, msgspec.Meta(max_length=4)]
    created_at: datetime
    processed_at: datetime

    def __post_init__(self) -> None:
        """Refuse what no type can say."""
        _check(self.id, self.account_id, self.currency, self.created_at)
        if self.status not in STATUSES or self.processed_at.year not in _YEARS:
            raise ValueError("a status that is no decision, or a time that no database holds")
