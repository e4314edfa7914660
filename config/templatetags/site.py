"""How money, times and ids are written in every server-rendered page."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.translation import ngettext

register = template.Library()

_SYMBOLS = {"BRL": "R$"}
_MINUTE, _HOUR = 60, 3600
_LONGEST_ID = 16


@register.filter
def money(cents: int, currency: str = "BRL") -> str:
    """Return `cents` as the reader's language writes them: `R$ 1,234.56`."""
    whole, fraction = divmod(abs(cents), 100)
    grouped = formats.number_format(whole, use_l10n=True, force_grouping=True)
    separator = formats.get_format("DECIMAL_SEPARATOR")
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, currency)}\u00a0{grouped}{separator}{fraction:02d}"


@register.filter
def short_id(identifier: str) -> str:
    """Return a long `identifier` with its middle left out: head and tail tell ids apart."""
    text = str(identifier)
    return text if len(text) <= _LONGEST_ID else f"{text[:6]}\u2026{text[-6:]}"


@register.filter
def moment(value: datetime) -> str:
    """Return `value` relative to now when it is under an hour old, else date and time."""
    seconds = int((timezone.now() - value).total_seconds())
    if 0 <= seconds < _MINUTE:
        return ngettext("%(n)d s ago", "%(n)d s ago", seconds) % {"n": seconds}
    if 0 <= seconds < _HOUR:
        minutes = seconds // _MINUTE
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: object) -> str:
    """Return the page's query string with `changes` applied; None takes a parameter out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else "?"
