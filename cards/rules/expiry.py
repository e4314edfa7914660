"""Expiry: a card is good to the end of the last day of its month, as days are counted in Brazil."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_BRAZIL: Final = ZoneInfo("America/Sao_Paulo")
_MONTHS: Final = 12


def is_month(month: int) -> bool:
    """Say whether `month` is one of 1 to 12."""
    return 1 <= month <= _MONTHS


def is_expired(month: int, year: int, on: date) -> bool:
    """Say whether a card good through `month` of `year` (four digits) is past its last day `on`."""
    return (year, month) < (on.year, on.month)


def day_in_brazil(moment: datetime) -> date:
    """Return the calendar day in America/Sao_Paulo at the aware `moment`.

    Total: within hours of the first or last representable moment its own day is returned.
    """
    try:
        return moment.astimezone(_BRAZIL).date()
    except OverflowError:
        return moment.date()
