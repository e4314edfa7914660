"""Takes money in towards an invoice: the limit is back at once, and nobody pays too much."""

from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from bank_grpc.domain.amounts import checked_cents
from bank_grpc.domain.limits import payable
from bank_grpc.models import Card, InvoicePayment, LedgerEntry
from bank_grpc.presenters import invoice_payment_recorded
from bank_grpc.services import books
from bank_grpc.services.refunds import current_last4
from bank_grpc.services.requests import RequestReusedError, digest_of
from messaging import outbox
from messaging.whole import run_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceOrder:
    """What a holder pays; `month` is YYYY-MM, `scope` and `request_key` name the request."""

    card_id: str
    month: str
    amount_cents: int
    scope: str
    request_key: str

    @property
    def digest(self) -> str:
        """Return the keyed hash of what is asked for."""
        return digest_of("invoice", self.card_id, self.month, self.amount_cents)


def pay_invoice(order: InvoiceOrder, *, now: datetime) -> InvoicePayment:
    """Take the money in, or find what was taken under this key.

    Raises Card.DoesNotExist, MalformedAmountError, OverpaymentError, RequestReusedError and
    TryAgainError.
    """
    checked_cents(order.amount_cents)
    made = run_whole(lambda: _pay(order, now))
    if made.request_digest != order.digest:
        raise RequestReusedError
    return made


def _pay(order: InvoiceOrder, now: datetime) -> InvoicePayment:
    return _earlier(order) or _pay_locked(order, now)


def _pay_locked(order: InvoiceOrder, now: datetime) -> InvoicePayment:
    card = Card.objects.select_for_update().get(pk=order.card_id)
    # A twin may have been first while this one waited for the card: then nothing is owed any more,
    # and what the twin was answered is the answer.
    return _earlier(order) or _take_in(order, card, now)


def _earlier(order: InvoiceOrder) -> InvoicePayment | None:
    same = InvoicePayment.objects.filter(scope=order.scope, request_key=order.request_key)
    return same.first()


def _take_in(order: InvoiceOrder, card: Card, now: datetime) -> InvoicePayment:
    amount_cents = payable(order.amount_cents, owed_cents=card.balance_cents)
    made = InvoicePayment.objects.create(
        id=str(uuid7()),
        scope=order.scope,
        request_key=order.request_key,
        request_digest=order.digest,
        card=card,
        month=order.month,
        amount_cents=amount_cents,
        balance_after_cents=card.balance_cents - amount_cents,
        created_at=now,
    )
    books.enter(
        books.entries(
            made.id,
            kind=LedgerEntry.Kind.INVOICE_PAYMENT,
            card_id=card.id,
            store="",
            amount_cents=-amount_cents,
            at=now,
        )
    )
    outbox.publish(invoice_payment_recorded(made, current_last4(card)), key=card.id)
    return made
