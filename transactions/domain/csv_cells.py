"""Writes rows of CSV that a spreadsheet reads as text, never as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What spreadsheets take for the beginning of a formula.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """Return `text` with an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def encode_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as RFC 4180 CSV in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [[safe(cell) for cell in row] for row in rows]
    )
    return text.getvalue().encode()
