"""Gives what the panel's list shows as CSV, whole, and notes who took what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import structlog
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from rest.csv_cells import encode_safe_rows
from transactions import selectors_live
from transactions.domain.money import format_cents
from transactions.live.asked import Asked
from transactions.models import Transaction

logger = structlog.get_logger(__name__)

_PAGE: Final = 1000
# Neither holder nor the merchant's own words: the list does not show them either.
HEADER: Final = (
    "id",
    "account_id",
    "created_at",
    "processed_at",
    "status",
    "amount",
    "currency",
    "card_brand",
    "card_last4",
    "error_code",
)


def name_of(asked: Asked, now: datetime) -> str:
    """Return the file's name: the moment that it shows, in UTC."""
    moment = asked.wanted.as_of or now
    return f"transactions-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.csv"


def stream(
    asked: Asked, *, who: AbstractBaseUser | AnonymousUser, now: datetime
) -> Iterator[bytes]:
    """Yield the CSV page by page, newest first, without what comes after `now`.

    It is logged before the first byte, by the person's number and the filters' names and values,
    and again with the count of rows when it was taken to its end.
    """
    fixed = _fixed(asked, now)
    note = logger.bind(user_id=who.pk, is_staff=asked.accounts is None, filter=asked.filters)
    note.info("panel_sheet_asked")
    rows = 0
    yield encode_safe_rows([HEADER])
    for page in selectors_live.pages_of(fixed.accounts, fixed.wanted, _PAGE):
        rows += len(page)
        yield _encoded(page)
    note.info("panel_sheet_taken", rows=rows)


def _fixed(asked: Asked, now: datetime) -> Asked:
    """Hold the end of the list still while it is read."""
    columns: Mapping[str, object] = {"created_at__lte": now, **asked.wanted.columns}
    return replace(asked, wanted=replace(asked.wanted, columns=columns))


def _encoded(page: Sequence[Transaction]) -> bytes:
    return encode_safe_rows(_cells(row) for row in page)


def _cells(row: Transaction) -> tuple[str, ...]:
    return (
        row.id,
        row.account_id,
        _time(row.created_at),
        _time(row.processed_at),
        row.status,
        format_cents(row.amount_cents),
        row.currency,
        row.card_brand,
        row.card_last4,
        row.error_code,
    )


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")
