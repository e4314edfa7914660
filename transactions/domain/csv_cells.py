"""Writes rows of CSV that a spreadsheet reads as text, never as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

# Where a spreadsheet may take what follows for a formula: at a cell's beginning, and behind a
# semicolon, at which spreadsheets in Brazil begin a cell, whatever the file's own separator is.
_DANGEROUS: Final = re.compile(r"""(^|;"*)(?=[=+\-@\t\r\n])""")


def safe(text: str) -> str:
    """Return `text` with an apostrophe before what a spreadsheet would calculate."""
    return _DANGEROUS.sub(r"\1'", text)


def encode_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as RFC 4180 CSV in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [[safe(cell) for cell in row] for row in rows]
    )
    return text.getvalue().encode()
