"""Has Django's own checks refuse calling hours that nobody can read."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from televendas.adapters.calling_hours import calling_hours
from televendas.domain.hours_text import UnreadableHoursError


@register
def check_calling_hours(**_options: Any) -> list[CheckMessage]:
    """Return an error when `TELEVENDAS_CALL_HOURS` or the holidays' country cannot be read."""
    try:
        calling_hours()
    except (UnreadableHoursError, NotImplementedError) as error:
        return [Error(f"calling hours: {error}", id="televendas.E001")]
    return []
