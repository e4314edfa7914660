"""Hides a phone but for its last digits, and writes sheets without formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_SHOWN: Final = 2
# Where a spreadsheet may take what follows for a formula: at a cell's beginning, and behind a
# semicolon, at which spreadsheets in Brazil begin a cell, whatever the file's own separator is.
_DANGEROUS: Final = re.compile(r"""(^|;"*)(?=[=+\-@\t\r\n])""")


def masked(phone: str | None) -> str:
    """Return what may be shown of a phone to whoever has not asked for it: its last two digits."""
    return f"\u2022\u2022\u2022\u2022\u2022-\u2022\u2022{phone[-_SHOWN:]}" if phone else ""


def encoded(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as RFC 4180 CSV in UTF-8, formulas defused by an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [[_DANGEROUS.sub(r"\1'", cell) for cell in row] for row in rows]
    )
    return text.getvalue().encode()
