"""Reads calling hours as people write them: `Mo-Fr 09:00-21:00; Sa 10:00-16:00`."""

import re
from datetime import time
from typing import Final

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MIDNIGHT: Final = {"24:00": time.max}
_RULE: Final = re.compile(
    r"(?P<first>[A-Z][a-z])(?:-(?P<last>[A-Z][a-z]))? "
    r"(?P<opening>\d\d:\d\d)-(?P<closing>\d\d:\d\d)"
)


class UnreadableHoursError(ValueError):
    """The text does not say calling hours."""


def read_hours(text: str) -> dict[int, tuple[time, time]]:
    """Return opening and closing time by weekday (Monday is 0); raises UnreadableHoursError."""
    week: dict[int, tuple[time, time]] = {}
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        match = _RULE.fullmatch(rule)
        if match is None:
            raise UnreadableHoursError(f"not like 'Mo-Fr 09:00-21:00': {rule!r}")
        week |= dict.fromkeys(_days(match), _window(match))
    return week


def _days(match: re.Match[str]) -> range:
    first, last = match["first"], match["last"] or match["first"]
    if first not in DAYS or last not in DAYS or DAYS.index(last) < DAYS.index(first):
        raise UnreadableHoursError(f"not days of a week in their order: {match[0]!r}")
    return range(DAYS.index(first), DAYS.index(last) + 1)


def _window(match: re.Match[str]) -> tuple[time, time]:
    try:
        opening = time.fromisoformat(match["opening"])
        closing = _MIDNIGHT.get(match["closing"]) or time.fromisoformat(match["closing"])
    except ValueError as error:
        raise UnreadableHoursError(f"not times of a day: {match[0]!r}") from error
    if closing <= opening:
        raise UnreadableHoursError(f"it closes before it opens: {match[0]!r}")
    return opening, closing
