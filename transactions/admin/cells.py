"""Writes money, cards and times into the admin's lists as the pages write them."""

from datetime import UTC, datetime

from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString


def money(cents: int, currency: str) -> SafeString:
    """Return an amount in cents in the reader's format, such as `R$ 1,234.56`."""
    return render_to_string("components/money.html", {"cents": cents, "currency": currency})


def card(brand: str, last4: str) -> str:
    """Return what may be shown of a card: its brand and last four digits."""
    return f"{brand.capitalize()} ···· {last4}".strip() if last4 else "-"


def when(at: datetime | None) -> SafeString | str:
    """Return a time in the reader's short format; the exact one, in UTC, is shown on hover."""
    if at is None:
        return "-"
    exact = at.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")
    short = formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, short)
