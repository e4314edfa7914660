"""Closes invoices once their closing day is over, each once and for ever."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bank_grpc.domain import invoices
from bank_grpc.domain.invoices import Month
from bank_grpc.models import Card, Invoice
from bank_grpc.services import histories
from bank_grpc.services.histories import History

# Lines posted before midnight may still be on their way through Kafka; later ones stand in the
# open invoice.
GRACE: Final = timedelta(minutes=15)
BATCH_CARDS: Final = 200


def close_some(now: datetime, limit: int = BATCH_CARDS) -> int:
    """Close what is due of `limit` cards at most; return how many invoices that were.

    Repeating changes nothing: a month that is closed stays as it was.
    """
    cards = _with_something_due(now).order_by("id")[:limit]
    return sum(close_all(card, now) for card in cards)


def close_all(card: Card, now: datetime) -> int:
    """Close every month of the card that is over, oldest first; return how many were closed."""
    closed = 0
    last = invoices.last_to_close(now - GRACE, card.closing_day)
    while (month := History.of(card).next_to_close) <= last:
        closed += _close(card, month, now)
    return closed


def _close(card: Card, month: Month, now: datetime) -> int:
    """Close one month; return 0 where another process has just done it."""
    try:
        with transaction.atomic():
            _closed(card, month, now).save(force_insert=True)
    except IntegrityError:
        return 0
    return 1


def _closed(card: Card, month: Month, now: datetime) -> Invoice:
    history = History.of(card)
    invoice = Invoice(
        card_id=card.id,
        month=str(month),
        closing_date=invoices.closing_date(month, card.closing_day),
        due_date=invoices.due_date(month, card.closing_day),
        through_offset=histories.last_offset_before_closing(history, month),
        total_cents=0,
        minimum_cents=0,
        closed_at=now,
    )
    # As it will be read ever after: with the invoice among the closed ones.
    with_it = History(card, (*history.closed, invoice))
    invoice.total_cents = total_of(with_it, month)
    invoice.minimum_cents = invoices.minimum_of(invoice.total_cents)
    return invoice


def total_of(history: History, month: Month) -> int:
    """Return what the month's invoice asks for, added up from its lines."""
    lines = histories.lines_of(history, month).values()
    return invoices.total_of(invoices.items_of(month, histories.movements_of(history, lines)))


def _with_something_due(now: datetime) -> QuerySet[Card]:
    """Return the cards of which the last month that is over has no invoice."""
    due = Q(pk__in=())
    for month, days in _months_by_closing_day(now - GRACE):
        closed = Invoice.objects.filter(card_id=OuterRef("pk"), month=str(month))
        for day in days:
            began = invoices.closing_moment(month, day)
            due |= Q(~Exists(closed), closing_day=day, created_at__lt=began)
    return Card.objects.filter(due)


def _months_by_closing_day(now: datetime) -> Iterable[tuple[Month, list[int]]]:
    found: dict[Month, list[int]] = {}
    for day in range(1, 29):
        found.setdefault(invoices.last_to_close(now, day), []).append(day)
    return found.items()
