"""The bank's codes in words: refusals for buyers, kinds of movements, states of invoices."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bank_grpc.domain.closing import ClosingDays
from bank_grpc.domain.invoices import InvoiceStatus, Month
from bank_grpc.selectors_invoices import ShownInvoice


def refusal(code: str) -> str:
    """Return what a buyer is told: nothing about the card that its holder would not say."""
    told = {
        "unknown_card": _("The bank does not know this card. Look at its number again."),
        "card_expired": _("The card has expired, or its date was mistyped."),
        "wrong_cvv": _("Date or security code do not fit the card."),
        "card_blocked": _("The card is blocked. Its holder can ask the bank why."),
        "over_limit": _("The card's limit does not cover this."),
    }
    return told.get(code, _("The bank does not pay this."))


def movement(line: Any) -> dict[str, Any]:
    """Return a movement with its name, and its amount as the holder's debt sees it."""
    is_charge = line.kind == "payment"
    names = {
        "payment": line.store,
        "refund": _("Refund by %(store)s") % {"store": line.store},
        "invoice_payment": _("Invoice payment"),
    }
    return {
        "line": line,
        "name": names.get(line.kind, line.store),
        "detail": "" if line.kind == "invoice_payment" else line.description,
        "signed_cents": line.amount_cents if is_charge else -line.amount_cents,
        "is_charge": is_charge,
    }


def invoice(shown: ShownInvoice, today: date) -> dict[str, Any]:
    """Return an invoice with its month's name and the badge of its state on the day `today`."""
    states = {
        "open": ("info", pgettext("invoice", "Open")),
        "closed": ("wait", _("To pay")),
        "paid": ("ok", pgettext("invoice", "Paid")),
    }
    level, text = states[shown.status.value]
    if shown.status is InvoiceStatus.CLOSED and shown.due_date < today:
        level, text = "bad", _("Overdue")
    return {"shown": shown, "name": month_name(shown.month), "level": level, "text": text}


def closing_day(days: ClosingDays, now: datetime) -> str:
    """Return on which day the invoices close, and what is decided to follow."""
    open_now = days.month_of(now)
    today = days.day_in(open_now)
    if days.since is None or days.since <= open_now:
        return str(today)
    told = {"day": today, "next": days.day, "month": month_name(str(days.since))}
    return _("%(day)s; from %(month)s on day %(next)s") % told


def month_name(month: str) -> str:
    """Return `2026-11` as the reader's language writes it."""
    year, number = Month.parse(month)
    return _("%(month)s %(year)s") % {"month": _month(number), "year": year}


def typed(cents: int) -> str:
    """Return cents as a person of the reader's language types them."""
    point = formats.get_format("DECIMAL_SEPARATOR")
    return f"{cents // 100}{point}{cents % 100:02}"


def utc(moment: datetime) -> str:
    """Return a moment as files write it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _month(number: int) -> str:
    names = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    )
    return names[number - 1]
