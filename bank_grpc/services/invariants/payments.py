"""What payments, refunds, tokens and their events owe each other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

import msgspec
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from bank_grpc.events import PAYMENTS
from bank_grpc.models import InvoicePayment, Payment, PaymentToken, Refund
from bank_grpc.services.invariants.rule import Invariant, Look
from messaging.models import OutboxMessage

_PAGE: Final = 1000
# Those who wait for locks get their ids in another order than their times: of what was written at
# the same moment no row lies further from its place.
_OUT_OF_TURN: Final = timedelta(minutes=5)


class Told(msgspec.Struct):
    """The little of an event that tells which movement it is of."""

    transaction_id: str
    status: str
    refund_id: str | None = None

    @property
    def movement_id(self) -> str:
        """Return the id of the payment, refund or invoice payment."""
        return self.refund_id or self.transaction_id


_decode: Final = msgspec.json.Decoder(Told).decode


def told_since(look: Look) -> Iterator[tuple[OutboxMessage, Told]]:
    """Yield the events of payments that the outbox was given since then, newest first.

    A few that it was given before come with them.
    """
    begin = look.since - _OUT_OF_TURN
    rows = OutboxMessage.objects.filter(topic=PAYMENTS.name).order_by("-id")
    page = list(rows[:_PAGE])
    while page:
        for row in page:
            if row.created_at < begin:
                return
            yield row, _decode(bytes(row.payload or b"{}"))
        page = list(rows.filter(id__lt=page[-1].id)[:_PAGE])


def events(look: Look) -> Iterator[object]:
    """Find movements of the time looked at that have no event, or more than one."""
    told = Counter(each.movement_id for _row, each in told_since(look))
    for movement in _movements(look):
        if told.pop(movement, 0) != 1:
            yield movement
    # Events of what was never decided; those at the edge of the time may be of a moment before it.
    known = set(_known(told))
    yield from (each for each in told if each not in known)


def _movements(look: Look) -> Iterator[str]:
    everything: tuple[QuerySet[Payment] | QuerySet[Refund] | QuerySet[InvoicePayment], ...] = (
        Payment.objects.filter(card__isnull=False),
        Refund.objects.all(),
        InvoicePayment.objects.all(),
    )
    for rows in everything:
        yield from rows.filter(created_at__gte=look.since).values_list("pk", flat=True).iterator()


def _known(told: Iterable[str]) -> Iterator[str]:
    ids = sorted(told)
    for start in range(0, len(ids), _PAGE):
        some = ids[start : start + _PAGE]
        for model in (Payment, Refund, InvoicePayment):
            yield from model.objects.filter(pk__in=some).values_list("pk", flat=True)


def refunds(_look: Look) -> Iterable[object]:
    """Find payments of which more came back than was charged."""
    given_back = Refund.objects.order_by().values("payment_id").annotate(total=Sum("amount_cents"))
    return given_back.filter(total__gt=F("payment__amount_cents")).values_list(
        "payment_id", flat=True
    )


def refunded(_look: Look) -> Iterator[object]:
    """Find payments whose refunded amount is not the sum of their refunds."""
    given_back = Refund.objects.order_by().values("payment_id").annotate(total=Sum("amount_cents"))
    differing = given_back.exclude(total=F("payment__refunded_cents"))
    yield from differing.values_list("payment_id", flat=True)
    without = Payment.objects.filter(refunded_cents__gt=0, refunds=None)
    yield from without.values_list("pk", flat=True)


def tokens(_look: Look) -> Iterable[object]:
    """Find tokens spent by what is no approved payment of their shop, order, amount and card."""
    fits = Q(
        payment__status="approved",
        payment__scope=F("scope"),
        payment__order_id=F("order_id"),
        payment__amount_cents=F("amount_cents"),
        payment__card=F("card_number__card"),
    )
    return (
        PaymentToken.objects.exclude(payment=None)
        .exclude(fits)
        .values_list("payment_id", flat=True)
    )


PAYMENT_RULES = (
    Invariant("one_event_each", _("Each decision of the last day has exactly one event."), events),
    Invariant("refunds_within_charge", _("No more was given back than was charged."), refunds),
    Invariant(
        "refunded_equals_refunds",
        _("What a payment says is refunded is the sum of its refunds."),
        refunded,
    ),
    Invariant(
        "token_spent_by_its_payment",
        _("A spent token was spent by one approved payment of its shop, order, amount and card."),
        tokens,
    ),
)
