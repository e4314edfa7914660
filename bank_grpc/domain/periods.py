"""From and to, as people and programs write them: a day of Brazil, or a moment with its zone."""

from datetime import UTC, date, datetime, time, timedelta

from bank_grpc.domain.closing import ZONE

_DAY_LETTERS = 10


class BadPeriodError(ValueError):
    """The text is neither a day (2026-01-31) nor a moment with its zone."""


def begin_of(text: str) -> datetime | None:
    """Return the moment from which on, the day's beginning for a day; None for no text."""
    return _moment(text, days=0) if text else None


def end_of(text: str) -> datetime | None:
    """Return the moment before which, the next day's beginning for a day; None for no text."""
    return _moment(text, days=1) if text else None


def _moment(text: str, *, days: int) -> datetime:
    try:
        if len(text) == _DAY_LETTERS:
            day = date.fromisoformat(text) + timedelta(days=days)
            return datetime.combine(day, time.min, ZONE).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadPeriodError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPeriodError from None
