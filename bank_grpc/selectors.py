"""What a holder may read: the statement, and what is on its way to it; pages and REST alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from bank_grpc.models import Card, InvoicePayment, Payment, Refund, StatementLine

PAGE_LINES: Final = 50
MOST_LINES: Final = 200
# Clocks and locks may put two payments of a card in another order than their times do.
_UNSURE: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET_DIGITS: Final = 19

T = TypeVar("T")


class BadCursorError(ValueError):
    """The text is no cursor that a page of this list gave."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and the cursor of the next part, empty at the end."""

    data: Sequence[T]
    next_cursor: str

    @property
    def has_more(self) -> bool:
        """Tell whether there is a next part."""
        return bool(self.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines: posted from `begin` until before `end`, of a `store` (its whole name).

    `search` is a part of the store's name or of the description; empty values restrict nothing.
    """

    begin: datetime | None = None
    end: datetime | None = None
    store: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of statement lines in cents, all of them positive."""

    lines: int
    charged_cents: int
    refunded_cents: int
    paid_cents: int


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A movement that is decided and moved the limit already, but is not on the statement yet."""

    id: str
    kind: str
    amount_cents: int
    store: str
    description: str
    authorised_at: datetime


def available_cents(card: Card) -> int:
    """Return what may still be spent: more than the limit where the bank owes."""
    return card.limit_cents - card.balance_cents


def statement_of(
    card_id: str, wanted: Wanted, *, cursor: str = "", limit: int = PAGE_LINES
) -> Page[StatementLine]:
    """Return a page of the card's statement, newest first; raises BadCursorError."""
    lines = lines_of(card_id, wanted).order_by("-offset")
    if cursor:
        lines = lines.filter(offset__lt=_offset(cursor))
    found = list(lines[: min(limit, MOST_LINES) + 1])
    data = found[: min(limit, MOST_LINES)]
    return Page(data, str(data[-1].offset) if len(found) > len(data) else "")


def lines_of(card_id: str, wanted: Wanted) -> "QuerySet[StatementLine]":
    """Return the wanted lines of a card, in no order."""
    lines = StatementLine.objects.filter(card_id=card_id)
    if wanted.begin:
        lines = lines.filter(posted_at__gte=wanted.begin)
    if wanted.end:
        lines = lines.filter(posted_at__lt=wanted.end)
    if wanted.store:
        lines = lines.filter(store=wanted.store)
    if wanted.search:
        found = Q(store__icontains=wanted.search) | Q(description__icontains=wanted.search)
        lines = lines.filter(found)
    return lines


def totals_of(card_id: str, wanted: Wanted) -> Totals:
    """Return the sums over all wanted lines; it reads each of them."""

    def of(kind: str) -> Sum:
        return Sum("amount_cents", filter=Q(kind=kind), default=0)

    sums = lines_of(card_id, wanted).aggregate(
        lines=Count("*"), charged=of("payment"), refunded=of("refund"), paid=of("invoice_payment")
    )
    return Totals(sums["lines"], sums["charged"], sums["refunded"], sums["paid"])


def on_its_way(card_id: str) -> list[OnItsWay]:
    """Return what is decided and not posted yet, newest first.

    It looks back as far as the newest line was authorised, and an hour more.
    """
    newest = StatementLine.objects.filter(card_id=card_id).order_by("-offset").first()
    since = newest.authorised_at - _UNSURE if newest else _EPOCH
    found = [
        *_unposted(Payment.objects.filter(card_id=card_id, status="approved"), since, "payment"),
        *_unposted(
            Refund.objects.filter(payment__card_id=card_id).select_related("payment"),
            since,
            "refund",
        ),
        *_unposted(InvoicePayment.objects.filter(card_id=card_id), since, "invoice_payment"),
    ]
    return sorted(found, key=lambda each: (each.authorised_at, each.id), reverse=True)


def _unposted(rows: "QuerySet[Any]", since: datetime, kind: str) -> list[OnItsWay]:
    posted = StatementLine.objects.filter(pk=OuterRef("pk"))
    waiting = rows.filter(~Exists(posted), created_at__gte=since).order_by("-created_at", "-pk")
    return [_waiting(each, kind) for each in waiting[:MOST_LINES]]


def _waiting(row: Any, kind: str) -> OnItsWay:
    told = row.payment if kind == "refund" else row
    return OnItsWay(
        row.id,
        kind,
        row.amount_cents,
        getattr(told, "store", ""),
        getattr(told, "description", ""),
        row.created_at,
    )


def _offset(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < _OFFSET_DIGITS):
        raise BadCursorError
    return int(cursor)
