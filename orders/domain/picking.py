"""The rules of picking: who may take a list, what a scan hits, what a short line gives back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from orders.domain.money import owed_back_cents

_DIGITS: Final = re.compile(r"(\d+)")


class ShortReason(StrEnum):
    """Why fewer were found than were ordered; `short_pick` ends an order of which nothing was."""

    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    WRONG_GOODS = "wrong_goods"


NOTHING_FOUND: Final = "short_pick"


class Scan(StrEnum):
    """What a scan hit: an article that is still wanted, one of which all is there, or neither."""

    RIGHT = "right"
    ENOUGH = "enough"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article of a list: of `quantity`, `found` are in the box and `missing` nowhere."""

    sku: str
    shelf: str
    quantity: int
    barcode: str = ""
    found: int = 0
    missing: int = 0
    unit_price_cents: int = 0

    @property
    def left(self) -> int:
        """Return how many are still to be looked for."""
        return self.quantity - self.found - self.missing

    @property
    def picked(self) -> int:
        """Return how many go, or will go, into the box."""
        return self.quantity - self.missing


def shelf_key(shelf: str) -> tuple[tuple[int, int, str], ...]:
    """Return what shelves sort by: numbers by their value, so that A-2 comes before A-10."""
    parts = [part for part in _DIGITS.split(shelf.upper()) if part]
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def by_shelf(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in the order in which a person walks past them."""
    return sorted(lines, key=lambda line: (shelf_key(line.shelf), line.sku))


def scanned(lines: Sequence[Line], code: str) -> tuple[Scan, Line | None]:
    """Return what a barcode, or a SKU typed by hand, hits among the lines of a list."""
    wanted = code.strip()
    named = [line for line in lines if wanted and wanted in (line.barcode, line.sku)]
    if not named and wanted:
        named = [line for line in lines if line.sku.casefold() == wanted.casefold()]
    if not named:
        return Scan.WRONG, None
    hit = next((line for line in named if line.left > 0), None)
    return (Scan.RIGHT, hit) if hit else (Scan.ENOUGH, named[0])


def is_free(
    picker: str, touched_at: datetime | None, *, actor: str, now: datetime, left_after: timedelta
) -> bool:
    """Tell whether `actor` may have a list: nobody's, their own, or one that was left."""
    if not picker or picker == actor:
        return True
    return touched_at is None or touched_at <= now - left_after


def is_complete(lines: Iterable[Line]) -> bool:
    """Tell whether every unit was found or reported missing."""
    return all(line.left == 0 for line in lines)


def is_nothing(lines: Iterable[Line]) -> bool:
    """Tell whether not one unit of the whole list is to be had."""
    return all(line.picked == 0 for line in lines)


def shortened(lines: Iterable[Line], picked: Mapping[str, int]) -> list[Line]:
    """Return the lines with only `picked` units (by SKU) of some; what lay in the box beyond goes.

    Raises ValueError for a quantity that is no shortage, or takes one back that was reported.
    """
    known = list(lines)
    if set(picked) - {line.sku for line in known}:
        raise ValueError("no such line")
    return [_shortened(line, picked[line.sku]) if line.sku in picked else line for line in known]


def _shortened(line: Line, picked: int) -> Line:
    if not 0 <= picked <= line.picked or picked == line.quantity:
        raise ValueError("not a shortage")
    return replace(line, missing=line.quantity - picked, found=min(line.found, picked))


@dataclass(slots=True)
class _Priced:
    quantity: int
    unit_price_cents: int
    picked: int | None


def refund_cents(total_cents: int, before: Iterable[Line], after: Iterable[Line]) -> int:
    """Return what the customer gets back when a list's lines change from `before` to `after`."""

    def owed(lines: Iterable[Line]) -> int:
        priced = [_Priced(line.quantity, line.unit_price_cents, line.picked) for line in lines]
        return owed_back_cents(total_cents, priced)

    return owed(after) - owed(before)
