"""Refused payments of a card, newest first, narrowed by words and by reason."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from bank_grpc.models import Payment
from bank_grpc.selectors import MOST_LINES, PAGE_LINES, BadCursorError, Page

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_CURSOR: Final = 128
_MICROS_DIGITS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRefusals:
    """Which refusals: `search` is a part of shop or description; empty values restrict nothing."""

    search: str = ""
    reason: str = ""


EVERYTHING: Final = WantedRefusals()


def refused_of(
    card_id: str,
    wanted: WantedRefusals = EVERYTHING,
    *,
    cursor: str = "",
    limit: int = PAGE_LINES,
) -> Page[Payment]:
    """Return a page of the card's refused payments, newest first; raises BadCursorError.

    `presenter_refusals.explain` says why each was refused, with the numbers of that moment.
    """
    rows = refusals_of(card_id, wanted)
    if cursor:
        at, identity = _place(cursor)
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=identity))
    found = list(rows[: min(limit, MOST_LINES) + 1])
    data = found[: min(limit, MOST_LINES)]
    return Page(data, _cursor(data[-1]) if len(found) > len(data) else "")


def refusals_of(card_id: str, wanted: WantedRefusals) -> QuerySet[Payment]:
    """Return all refused payments of the card that are wanted, newest first."""
    rows = Payment.objects.filter(card_id=card_id, status=Payment.Status.REJECTED)
    if wanted.reason:
        rows = rows.filter(refusal_code=wanted.reason)
    if wanted.search:
        has_words = Q(store__icontains=wanted.search) | Q(description__icontains=wanted.search)
        rows = rows.filter(has_words)
    return rows.order_by("-created_at", "-id")


def _cursor(row: Payment) -> str:
    micros = (row.created_at - _EPOCH) // timedelta(microseconds=1)
    return urlsafe_b64encode(f"{micros}:{row.id}".encode()).rstrip(b"=").decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise BadCursorError
        plain = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
        micros, _, identity = plain.partition(":")
        return _EPOCH + timedelta(microseconds=int(micros[:_MICROS_DIGITS])), identity
    except (ValueError, binascii.Error, OverflowError):
        raise BadCursorError from None
