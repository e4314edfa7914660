"""Writes CSV of which a spreadsheet calculates nothing, whichever separator it goes by."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

# Where a spreadsheet may take what follows for a formula: at a cell's beginning, and behind a
# semicolon, at which spreadsheets in Brazil begin a cell, whatever the file's own separator is.
_DANGEROUS: Final = re.compile(r"""(^|;"*)(?=[=+\-@\t\r\n])""")
Cell = str | int


def safe(text: str) -> str:
    """Return `text` with an apostrophe before what a spreadsheet would calculate."""
    return _DANGEROUS.sub(r"\1'", text)


def encode_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Return the rows as RFC 4180 CSV in UTF-8, their cells as they are given."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def encode_safe_rows(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the rows as RFC 4180 CSV in UTF-8, every text in them made safe; numbers stay so."""
    return encode_rows([_safe(cell) for cell in row] for row in rows)


def _safe(cell: Cell) -> Cell:
    return safe(cell) if isinstance(cell, str) else cell
