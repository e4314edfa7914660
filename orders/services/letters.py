"""Writes to customers: one mail for each event that is news, in the language of the order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from orders.adapters.post import Letter
from orders.adapters.sealed import email_of, email_of_order
from orders.domain.notices import Notice, still_says_something
from orders.domain.states import State
from orders.links import path_of
from orders.models import Mail, Order
from orders.services import unpaid

_ID_LETTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent now."""

    mail_id: int


def note(order_id: str, version: int, notice: Notice, now: datetime) -> Due | None:
    """Write down that a mail is due, or find it; None where it was sent or is no news any more."""
    order = Order.objects.select_related("customer").get(pk=order_id)
    mail, _made = Mail.objects.get_or_create(
        order=order,
        version=version,
        defaults={"notice": notice, "language": order.language, "created_at": now},
    )
    if mail.status != Mail.Status.DUE:
        return None
    if not (order.sealed_email or order.customer.sealed_email):
        reason = "no_address"
    elif not still_says_something(notice, State(order.state)):
        reason = "overtaken"
    else:
        return Due(mail.pk)
    mail.status, mail.reason = Mail.Status.SKIPPED, reason
    mail.save(update_fields=["status", "reason"])
    return None


def letter_of(due: Due) -> Letter | None:
    """Return the mail as it is sent, None where the person was erased meanwhile."""
    mail = Mail.objects.select_related("order__customer").get(pk=due.mail_id)
    # An order has its own; what is kept of the person may be another's word.
    to = email_of_order(mail.order) or email_of(mail.order.customer)
    if not to:
        return None
    with translation.override(mail.language):
        context = {
            "mail": mail,
            "order": mail.order,
            "short_id": mail.order_id[-_ID_LETTERS:].upper(),
            "lines": mail.order.lines.select_related("product").order_by("product_id"),
            "address": settings.SITE_URL.rstrip("/") + path_of(mail.order),
        }
        subject = _subject(mail) % {"order": context["short_id"]}
        text = render_to_string(f"orders/mail/{mail.notice}.txt", context)
    return Letter(to, subject, text, key=f"{mail.order_id}.{mail.version}")


def close(due: Due, status: str, reason: str, now: datetime) -> None:
    """Write down what became of a mail."""
    sent_at = now if status == Mail.Status.SENT else None
    open_ones = Mail.objects.filter(pk=due.mail_id, status=Mail.Status.DUE)
    open_ones.update(status=status, reason=reason, sent_at=sent_at)


def _subject(mail: Mail) -> str:
    if mail.notice == Notice.PAYMENT_REFUSED and mail.order.reason == unpaid.REASON:
        return _("Order %(order)s: not paid")
    return _subjects()[Notice(mail.notice)]


def _subjects() -> dict[Notice, str]:
    """Return the subjects in the language that is switched on."""
    return {
        Notice.PLACED: _("We have your order %(order)s"),
        Notice.OUT_OF_STOCK: _("Order %(order)s: sold out"),
        Notice.DECLINED: _("Order %(order)s could not be accepted"),
        Notice.EXPIRED: _("Order %(order)s was not paid in time"),
        Notice.PAID: _("Order %(order)s is paid"),
        Notice.PAYMENT_REFUSED: _("Order %(order)s: the card was refused"),
        Notice.PART_REFUND: _("Order %(order)s: part of your money is on its way back"),
        Notice.REFUND: _("Order %(order)s: your money is on its way back"),
        Notice.CANCELLED: _("Order %(order)s is cancelled"),
        Notice.DISPATCHED: _("Order %(order)s is on its way"),
    }
