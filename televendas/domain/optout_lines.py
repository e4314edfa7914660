"""Reads a list of people who must not be called: a phone or its hash a line, perhaps with a day."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

LONGEST_LINE: Final = 200
# As people in Brazil write a day, and as their spreadsheets save it.
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_HASH: Final = re.compile(r"[0-9a-f]{32}")
_HEADERS: Final = frozenset({"phone", "phone_hash", "telefone", "hash", "numero", "número"})
_BYTE_ORDER_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a `phone` as somebody wrote it, or a `phone_hash`; `effective_on` where it says.

    A line of neither is unreadable; `number` counts from 1, and the line itself is not kept.
    """

    number: int
    phone: str = ""
    phone_hash: str = ""
    effective_on: date | None = None


def read_lines(lines: Iterable[str]) -> Iterator[Line]:
    """Yield every line but empty ones and a header; commas and semicolons both separate."""
    for number, raw in enumerate(lines, start=1):
        text = raw.removeprefix(_BYTE_ORDER_MARK).strip()
        if not text:
            continue
        cells = _cells(text)
        if number == 1 and cells[0].lower() in _HEADERS:
            continue
        yield _line(number, cells)


def _cells(text: str) -> list[str]:
    separator = ";" if ";" in text else ","
    try:
        found = next(csv.reader([text[:LONGEST_LINE]], delimiter=separator))
    except csv.Error:
        found = []
    return [cell.strip() for cell in found] or [""]


def _line(number: int, cells: list[str]) -> Line:
    effective_on = None
    if len(cells) > 1 and cells[1]:
        try:
            effective_on = _day(cells[1])
        except ValueError:
            return Line(number)
    value = cells[0]
    if _HASH.fullmatch(value.lower()):
        return Line(number, phone_hash=value.lower(), effective_on=effective_on)
    return Line(number, phone=value, effective_on=effective_on)


def _day(text: str) -> date:
    """Return the day in `text`, such as 2026-12-01 or 01/12/2026; raises ValueError."""
    found = _DAY_FIRST.fullmatch(text)
    if found is None:
        return date.fromisoformat(text)
    day, month, year = map(int, found.groups())
    return date(year, month, day)
