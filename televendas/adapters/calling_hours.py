"""Knows the calling hours of the settings, with the national holidays from a kept library."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from televendas.domain.calling import Hours
from televendas.domain.hours_text import read_hours


def calling_hours() -> Hours:
    """Return the hours of the settings; raises UnreadableHoursError."""
    return _hours(settings.TELEVENDAS_CALL_HOURS, settings.TELEVENDAS_HOLIDAYS_OF)


def business_time(now: datetime) -> datetime:
    """Return the aware `now` in the business time zone, which calling hours are meant in."""
    return now.astimezone(ZoneInfo(settings.BUSINESS_TIME_ZONE))


def holiday_name(now: datetime) -> str:
    """Return what the business day of `now` is called if it is a holiday, else an empty text."""
    country = settings.TELEVENDAS_HOLIDAYS_OF
    return _holidays(country).get(business_time(now).date(), "") if country else ""


@cache
def _hours(text: str, country: str) -> Hours:
    return Hours(week=read_hours(text), holidays=_holidays(country) if country else frozenset())


@cache
def _holidays(country: str) -> Mapping:  # type: ignore[type-arg]  # dates to names, made lazily
    # Every country of the world comes with it, which consumers have no use for.
    import holidays  # noqa: PLC0415

    found: Mapping = holidays.country_holidays(country)  # type: ignore[type-arg]
    return found
