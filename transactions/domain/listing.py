"""What a merchant may ask a list for, and the cursor that marks a place in it."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from transactions.domain.documents import shown_name
from transactions.domain.request_shape import ShapeError, read_amount

# How the parameters of a query are read, by their names.
Readers = Mapping[str, Callable[[str, str], Any]]

STATUSES: Final = ("pending", "approved", "rejected")
DEFAULT_LIMIT: Final = 50
LARGEST_LIMIT: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
_LAST_DIGITS: Final = 4
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: after the one made at `created_at` with this id."""

    created_at: datetime
    id: str

    def encode(self) -> str:
        """Return the cursor as opaque text."""
        micros = (self.created_at - _EPOCH) // timedelta(microseconds=1)
        return urlsafe_b64encode(f"{micros}:{self.id}".encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the cursor in `text`; raises ValueError when there is none."""
        plain = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
        micros, colon, identity = plain.partition(":")
        if not colon or not identity or not (micros.isascii() and micros.isdigit()):
            raise ValueError("not a cursor")
        return cls(_EPOCH + timedelta(microseconds=int(micros[:20])), identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What rows are wanted; times are aware, `created_to` and `created_from` are both inclusive."""

    status: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    card_last4: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of the list is wanted."""

    cursor: Cursor | None = None
    limit: int = DEFAULT_LIMIT


def read_query(query: Mapping[str, list[str]], readers: Readers) -> dict[str, Any]:
    """Return the values of a query string's parameters; raises ShapeError for the first fault."""
    values: dict[str, Any] = {}
    for name, given in query.items():
        if name not in readers:
            raise ShapeError("unknown_field", shown_name(name), "unknown")
        if len(given) != 1 or len(given[0]) > _LONGEST:
            raise ShapeError("invalid_value", name, "once")
        values[name] = readers[name](given[0], name)
    return values


def filter_of(values: Mapping[str, Any]) -> Filter:
    """Return the filter in the values that `read_query` gave."""
    return Filter(**{name: value for name, value in values.items() if name in FILTERS})


def _status(text: str, param: str) -> str:
    if text not in STATUSES:
        raise ShapeError("invalid_value", param, "status")
    return text


def _moment(text: str, param: str) -> datetime:
    try:
        # A plus sign that was not escaped arrives as a blank.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None or not _EPOCH <= moment < _LATEST:
            raise ShapeError("invalid_value", param, "moment")
    except (ValueError, OverflowError) as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError("invalid_value", param, "moment") from None
    return moment.astimezone(UTC)


def _last4(text: str, param: str) -> str:
    if not (len(text) == _LAST_DIGITS and text.isascii() and text.isdigit()):
        raise ShapeError("invalid_value", param, "last4")
    return text


def read_cursor(text: str, param: str) -> Cursor:
    """Return the cursor that a page gave; raises ShapeError."""
    try:
        cursor = Cursor.decode(text)
    except (ValueError, binascii.Error, OverflowError):
        raise ShapeError("invalid_value", param, "cursor") from None
    if cursor.created_at >= _LATEST:
        raise ShapeError("invalid_value", param, "cursor")
    return cursor


def read_limit(text: str, param: str) -> int:
    """Return how many rows a page may have; raises ShapeError outside 1 to 200."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_LIMIT):
        raise ShapeError("invalid_value", param, "limit")
    return int(text)


FILTERS: Final[Readers] = {
    "status": _status,
    "created_from": _moment,
    "created_to": _moment,
    "amount_min": read_amount,
    "amount_max": read_amount,
    "card_last4": _last4,
}
PAGING: Final[Readers] = {
    "cursor": read_cursor,
    "limit": read_limit,
}
