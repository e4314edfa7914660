"""Has Django's own checks refuse calling hours and sources that nobody can read, and a weak key."""

from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from televendas.adapters.calling_hours import calling_hours
from televendas.domain.hours_text import UnreadableHoursError
from televendas.domain.sources import declared

_KEY_BYTES: Final = 32


@register
def check_calling_hours(**_options: Any) -> list[CheckMessage]:
    """Return an error when `TELEVENDAS_CALL_HOURS` or the holidays' country cannot be read.

    Only processes with pages ask for the hours, and spend the megabytes of the holidays.
    """
    if not apps.is_installed("django.contrib.admin"):
        return []
    try:
        calling_hours()
    except (UnreadableHoursError, NotImplementedError) as error:
        return [Error(f"calling hours: {error}", id="televendas.E001")]
    return []


@register
def check_sources(**_options: Any) -> list[CheckMessage]:
    """Return everything that is wrong with TELEVENDAS_SOURCES, before a record is read by it."""
    return [
        Error(
            f"TELEVENDAS_SOURCES: {problem}.",
            hint="docs/guides/telesales.md has every option.",
            id="televendas.E002",
        )
        for problem in declared(settings.TELEVENDAS_SOURCES).problems
    ]


@register
def check_key(**_options: Any) -> list[CheckMessage]:
    """Return an error for a key from which the people behind the hashes could be guessed."""
    if len(settings.TELEVENDAS_KEY) >= _KEY_BYTES:
        return []
    return [
        Error(
            f"TELEVENDAS_KEY is shorter than {_KEY_BYTES} bytes.",
            hint="python -c 'import secrets; print(secrets.token_hex(32))' makes a good one.",
            id="televendas.E003",
        )
    ]
