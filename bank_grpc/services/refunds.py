"""Gives money back, in part or in full: never more than was charged, once for each request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from uuid_utils.compat import uuid7

from bank_grpc.domain.amounts import checked_cents
from bank_grpc.domain.limits import refundable
from bank_grpc.models import Card, CardNumber, LedgerEntry, Payment, Refund
from bank_grpc.presenters import refund_recorded
from bank_grpc.services import books
from bank_grpc.services.requests import RequestReusedError, account_of_checkout, digest_of
from messaging import outbox
from messaging.whole import run_whole

# Whoever shows no identity there is a name of a shop.
_OLD_WIRE: Final = "store:"


class UnknownPaymentError(LookupError):
    """No approved payment of that shop has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What a shop asks for; `scope` and `request_key` name the request for ever.

    `scope` is the shop's account, `store` its name, by which the old wire knows it.
    """

    payment_id: str
    store: str
    amount_cents: int
    scope: str
    request_key: str

    @property
    def digest(self) -> str:
        """Return the keyed hash of what is asked for."""
        return digest_of("refund", self.payment_id, self.amount_cents)


def refund(order: RefundOrder, *, now: datetime) -> Refund:
    """Give back, or find what was given back under this key; blocked cards take it too.

    Raises MalformedAmountError, UnknownPaymentError, RefundExceedsChargeError, RequestReusedError
    and TryAgainError.
    """
    checked_cents(order.amount_cents)
    made = run_whole(lambda: _refund(order, now))
    if made.request_digest != order.digest:
        raise RequestReusedError
    return made


def _refund(order: RefundOrder, now: datetime) -> Refund:
    return _earlier(order) or _refund_locked(order, now)


def _refund_locked(order: RefundOrder, now: datetime) -> Refund:
    card, payment = _locked(order)
    # A twin may have been first while this one waited for the card: then nothing is left of the
    # charge, and what the twin was answered is the answer.
    return _earlier(order) or _give_back(order, card, payment, now)


def _earlier(order: RefundOrder) -> Refund | None:
    return Refund.objects.filter(scope=order.scope, request_key=order.request_key).first()


def _give_back(order: RefundOrder, card: Card, payment: Payment, now: datetime) -> Refund:
    total = refundable(
        order.amount_cents,
        charged_cents=payment.amount_cents,
        refunded_cents=payment.refunded_cents,
    )
    made = _row(order, card, payment, total, now)
    payment.refunded_cents = total
    payment.save(update_fields=["refunded_cents"])
    entries = books.entries(
        made.id,
        kind=LedgerEntry.Kind.REFUND,
        card_id=card.id,
        store=payment.store,
        amount_cents=-order.amount_cents,
        at=now,
    )
    books.enter(entries)
    outbox.publish(refund_recorded(made, payment, current_last4(card)), key=card.id)
    return made


def _row(order: RefundOrder, card: Card, payment: Payment, total: int, now: datetime) -> Refund:
    return Refund.objects.create(
        id=str(uuid7()),
        scope=order.scope,
        request_key=order.request_key,
        request_digest=order.digest,
        payment=payment,
        amount_cents=order.amount_cents,
        refunded_total_cents=total,
        balance_after_cents=card.balance_cents - order.amount_cents,
        created_at=now,
    )


def _locked(order: RefundOrder) -> tuple[Card, Payment]:
    """Return card and payment, locked in this order, as authorising locks the card first."""
    charged = Payment.objects.filter(pk=order.payment_id, status=Payment.Status.APPROVED)
    found = charged.first()
    if found is None or not _is_own(found, order):
        raise UnknownPaymentError(order.payment_id)
    card = Card.objects.select_for_update().get(pk=found.card_id)
    return card, charged.select_for_update().get()


def _is_own(payment: Payment, order: RefundOrder) -> bool:
    """Tell whether the shop has charged it; by its name only where nothing else says who has."""
    if payment.scope == order.scope:
        return True
    scope: str = payment.scope
    account_id = account_of_checkout(payment.request_key)
    if account_id is not None and scope.startswith(_OLD_WIRE):
        return order.scope == f"account:{account_id}"
    return scope == f"{_OLD_WIRE}{order.store}"


def current_last4(card: Card) -> str:
    """Return the last four digits of the number that stands on the card now."""
    return CardNumber.objects.get(card=card, replaced_at=None).last4
