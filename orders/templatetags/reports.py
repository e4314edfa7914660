"""What the reports write that no other page does."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.formats import number_format

register = template.Library()
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


@register.filter
def word(words: Mapping[str, str], key: str) -> str:
    """Return the reader's word for a code, the code itself where there is none."""
    return words.get(key, key)


@register.filter
def span(seconds: float) -> str:
    """Return how long something took, in the unit that suits it: 0.4 s, 12 min, 3.5 h."""
    if seconds < _MINUTE:
        return f"{number_format(seconds, 1)} s"
    if seconds < _HOUR:
        return f"{number_format(seconds / _MINUTE, 0)} min"
    if seconds < _DAY:
        return f"{number_format(seconds / _HOUR, 1)} h"
    return f"{number_format(seconds / _DAY, 1)} d"
