"""CSV as a spreadsheet opens it: RFC 4180 in UTF-8, streamed, and no cell is ever calculated."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from bank_grpc.services.exports.sheet import Sheet, SheetRow
from rest.csv_cells import encode_rows, safe

_PIECE: Final = 500
_is_amount: Final = re.compile(r"-?[0-9]+\.[0-9]{2}").fullmatch
_STATEMENT: Final = (
    *("id", "kind", "amount", "store", "description"),
    *("authorised_at", "posted_at", "balance_after"),
)
_INVOICE: Final = (*_STATEMENT[:-1], "instalment", "instalments")


def csv_of(sheet: Sheet) -> Iterator[bytes]:
    """Yield the file piece by piece: the columns of REST; amounts positive, the kind signs them."""
    yield encode_rows([_INVOICE if sheet.invoice else _STATEMENT])
    rows = iter(sheet.rows)
    while some := list(islice(rows, _PIECE)):
        yield encode_rows(_cells(each, is_invoice=sheet.invoice is not None) for each in some)


def csv_of_rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield any other list piece by piece; no cell is a formula, and amounts stay amounts."""
    yield encode_rows([columns])
    found = iter(rows)
    while some := list(islice(found, _PIECE)):
        yield encode_rows([_safe_unless_amount(cell) for cell in row] for row in some)


def _cells(row: SheetRow, *, is_invoice: bool) -> Sequence[str]:
    common = (
        row.id,
        row.kind,
        amount(row.amount_cents),
        safe(row.store),
        safe(row.description),
        _time(row.authorised_at),
        _time(row.posted_at),
    )
    if is_invoice:
        return (*common, str(row.part), str(row.parts))
    return (*common, amount(row.balance_after_cents))


def amount(cents: int) -> str:
    """Return cents as the wire writes amounts, with a point and two places."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _safe_unless_amount(text: str) -> str:
    return text if _is_amount(text) else safe(text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
