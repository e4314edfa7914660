"""Exports an account's decided transactions as CSV, with a receipt, and again with the same bytes.

What is exported is fixed when the export begins: the rows decided by `as_of`. A decision may be
committed a moment after the time that it bears, so the last minute's rows are noted by their ids.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from uuid_utils.compat import uuid7

from rest.csv_cells import encode_safe_rows
from transactions import selectors
from transactions.domain.listing import FILTERS, filter_of, read_query
from transactions.domain.money import format_cents
from transactions.models import Export, Status, Transaction
from transactions.services.resource import encode_metadata

logger = structlog.get_logger(__name__)

# Longer than any transaction of the results consumer may take to commit.
_UNSETTLED: Final = timedelta(seconds=60)
_PAGE: Final = 1000
HEADER: Final = (
    "id",
    "created_at",
    "processed_at",
    "status",
    "amount",
    "currency",
    "card_brand",
    "card_last4",
    "card_holder",
    "description",
    "metadata",
    "error_code",
    "error_message",
)


class UnknownExportError(Exception):
    """The account has no export of that id."""


class ExportIncompleteError(Exception):
    """The export was not streamed to its end yet, so there is no receipt."""


def start_export(account_id: str, asked: Mapping[str, str], *, now: datetime) -> Export:
    """Fix what is exported: the account's rows that `asked` wants, decided by `now`.

    `asked` are the filters as given, read before; they are kept as they are.
    """
    export = Export(
        id=str(uuid7()), account_id=account_id, filter=dict(asked), as_of=now, created_at=now
    )
    recent = _decided(export).filter(settled_at__gt=now - _UNSETTLED, settled_at__lte=now)
    export.recent_ids = sorted(recent.values_list("id", flat=True))
    export.save(force_insert=True)
    return export


def find_export(account_id: str, identity: str) -> Export:
    """Return the account's export; raises UnknownExportError, also where it is another's."""
    export = Export.objects.filter(account_id=account_id, id=identity).first()
    if export is None:
        raise UnknownExportError
    return export


def receipt(export: Export) -> dict[str, Any]:
    """Return the receipt; raises ExportIncompleteError before the last byte was made."""
    if not export.sha256:
        raise ExportIncompleteError
    return {
        "id": export.id,
        "filter": export.filter,
        "as_of": export.as_of.astimezone(UTC),
        "rows": export.rows,
        "amount_cents": export.amount_cents,
        "sha256": export.sha256,
    }


def stream(export: Export) -> Iterator[bytes]:
    """Yield the CSV piece by piece; the receipt is written before the last piece is given."""
    digest = hashlib.sha256()
    rows = cents = 0
    piece = encode_safe_rows([HEADER])
    for page in _pages(export):
        yield piece
        digest.update(piece)
        rows += len(page)
        cents += sum(row.amount_cents for row in page)
        piece = encode_safe_rows(_cells(row) for row in page)
    digest.update(piece)
    _complete(export, rows=rows, amount_cents=cents, sha256=digest.hexdigest())
    yield piece


def _complete(export: Export, *, rows: int, amount_cents: int, sha256: str) -> None:
    changed = Export.objects.filter(id=export.id, sha256="").update(
        rows=rows, amount_cents=amount_cents, sha256=sha256
    )
    if not changed and export.sha256 and export.sha256 != sha256:
        logger.error("export_differs", export_id=export.id, sha256=sha256)


def _decided(export: Export) -> "QuerySet[Any]":
    values = read_query({name: [text] for name, text in export.filter.items()}, FILTERS)
    rows = selectors.transactions_of(export.account_id, filter_of(values))
    return rows.exclude(status=Status.PENDING).annotate(
        settled_at=Coalesce(F("result_read_at"), F("processed_at"))
    )


def _pages(export: Export) -> Iterator[Sequence[Transaction]]:
    floor = export.as_of - _UNSETTLED
    recent = set(export.recent_ids)
    rows = _decided(export).filter(settled_at__lte=export.as_of).order_by("created_at", "id")
    page = list(rows[:_PAGE])
    while page:
        yield [row for row in page if row.settled_at <= floor or row.id in recent]
        last = page[-1]
        further = rows.filter(created_at__gte=last.created_at).filter(
            Q(created_at__gt=last.created_at) | Q(id__gt=last.id)
        )
        page = list(further[:_PAGE])


def _cells(row: Transaction) -> tuple[str, ...]:
    return (
        row.id,
        _time(row.created_at),
        _time(row.processed_at),
        row.status,
        format_cents(row.amount_cents),
        row.currency,
        row.card_brand,
        row.card_last4,
        row.card_holder,
        row.description,
        encode_metadata(row.metadata).decode(),
        row.error_code,
        row.error_message,
    )


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")
