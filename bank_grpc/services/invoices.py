"""Closes invoices once their closing day is over, each once and for ever."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from bank_grpc.domain import invoices
from bank_grpc.domain.closing import CLOSING_DAYS, ClosingDays, calendar_month
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
    last = card.closing.last_to_close(now - GRACE)
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
        closing_date=card.closing.date_in(month),
        due_date=card.closing.due_date(month),
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
    """Return the cards of which the last month that is over has no invoice.

    That is this month or the one before. Months are closed in their order: where any has none, the
    last one has none.
    """
    at, due = now - GRACE, Q(pk__in=())
    this = calendar_month(at)
    for month in (this.plus(-1), this):
        closed = Invoice.objects.filter(card_id=OuterRef("pk"), month=str(month))
        due |= _closing_before(at, month) & Q(~Exists(closed))
    return Card.objects.filter(due)


def _closing_before(at: datetime, month: Month) -> Q:
    """Return which cards' invoice of that month has its end at `at` or before."""
    found = Q(pk__in=())
    for day in CLOSING_DAYS:
        end = ClosingDays(day).end_of(month)
        if end <= at:
            found |= _closes_on(day, month) & Q(created_at__lt=end)
    return found


def _closes_on(day: int, month: Month) -> Q:
    # No month at all stands before every month.
    return Q(closing_day=day, closing_day_since__lte=str(month)) | Q(
        closing_day_before=day, closing_day_since__gt=str(month)
    )
