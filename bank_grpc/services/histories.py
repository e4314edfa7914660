"""Reads what a card's invoices are made of: which were closed, their lines, what was paid in."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)

from bank_grpc.domain.invoices import Month, Movement, items_of
from bank_grpc.domain.invoices import total_of as sum_of_items
from bank_grpc.models import Card, Invoice, InvoicePayment, StatementLine

_NOTHING_READ: Final = -1
# As many instalments as a purchase may have, less the one of its own month.
_LONGEST_PLAN: Final = 23
_NO_MONTH: Final = Month(0, 0)
_KINDS: Final = ("payment", "refund")
_PLAN: Final = Q(kind="payment", instalments__gt=1)


@dataclass(frozen=True, slots=True)
class History:
    """The closed invoices of a card, oldest first, which follow each other month by month."""

    card: Card
    closed: tuple[Invoice, ...]

    @classmethod
    def of(cls, card: Card) -> "History":
        """Read a card's closed invoices."""
        closed = Invoice.objects.filter(card_id=card.id).order_by("month")
        return cls(card, tuple(closed))

    @property
    def months(self) -> list[Month]:
        """Return the months that are closed."""
        return [Month.parse(each.month) for each in self.closed]

    @property
    def first(self) -> Month:
        """Return the month of the card's first invoice."""
        if self.closed:
            return Month.parse(self.closed[0].month)
        return self.card.closing.month_of(self.card.created_at)

    @property
    def next_to_close(self) -> Month:
        """Return the month that takes what is posted late."""
        return Month.parse(self.closed[-1].month).plus(1) if self.closed else self.first

    def through(self, month: Month) -> int:
        """Return the last offset in this month's invoice or an earlier one, of those closed."""
        offsets = [each.through_offset for each in self.closed if each.month <= str(month)]
        return offsets[-1] if offsets else _NOTHING_READ

    def month_of(self, offset: int, posted_at: datetime) -> Month:
        """Return the invoice in which a line of the card stands."""
        index = bisect_left([each.through_offset for each in self.closed], offset)
        if index < len(self.closed):
            return Month.parse(self.closed[index].month)
        return max(self.card.closing.month_of(posted_at), self.next_to_close)


def lines_of(history: History, month: Month) -> dict[str, StatementLine]:
    """Return, by their ids, the lines that may be of the month's invoice, in their order.

    Those are the lines of its own days, and purchases in instalments of the two years before.
    """
    lines, own, earlier = _of(history, month)
    found = [
        *lines.filter(earlier).order_by("offset"),
        *lines.filter(own).order_by("offset"),
    ]
    return {each.movement_id: each for each in found}


def total_of(history: History, month: Month) -> int:
    """Return what the lines of the month's invoice sum to, most of them summed by the database."""
    lines, own, earlier = _of(history, month)
    signed = Case(
        When(kind="refund", then=-F("amount_cents")),
        default=F("amount_cents"),
        output_field=BigIntegerField(),
    )
    whole = lines.filter(own).exclude(_PLAN).aggregate(cents=Sum(signed))["cents"] or 0
    plans = lines.filter(_PLAN).filter(own | earlier)
    return int(whole) + sum_of_items(items_of(month, movements_of(history, plans)))


def _of(history: History, month: Month) -> tuple[QuerySet[StatementLine], Q, Q]:
    """Return the card's lines, and which of them are the month's own and which purchases before."""
    lines = StatementLine.objects.filter(card_id=history.card.id, kind__in=_KINDS)
    own, earlier = (
        _closed(history, month) if month < history.next_to_close else _open(history, month)
    )
    after = history.through(month.plus(-1 - _LONGEST_PLAN))
    return lines, own, earlier & Q(instalments__gt=1, offset__gt=after)


def _closed(history: History, month: Month) -> tuple[Q, Q]:
    """Return which lines are a closed month's own, and which are earlier ones."""
    after = history.through(month.plus(-1))
    return Q(offset__gt=after, offset__lte=history.through(month)), Q(offset__lte=after)


def _open(history: History, month: Month) -> tuple[Q, Q]:
    """Return the same of a month that is not closed: past the last closed one, and by its days."""
    closing, after = history.card.closing, history.through(month)
    own = Q(offset__gt=after, posted_at__lt=closing.end_of(month))
    if month == history.next_to_close:
        return own, Q(offset__lte=after)
    begin = closing.end_of(month.plus(-1))
    return own & Q(posted_at__gte=begin), Q(posted_at__lt=begin)


def movements_of(history: History, lines: Iterable[StatementLine]) -> list[Movement]:
    """Return lines as the rules of invoices see them."""
    return [
        Movement(
            each.movement_id,
            each.kind,
            each.amount_cents,
            each.instalments,
            history.month_of(each.offset, each.posted_at),
        )
        for each in lines
    ]


def last_offset_before_closing(history: History, month: Month) -> int:
    """Return the offset of the last line posted before the month closed, as far as it is known."""
    before = history.through(month.plus(-1))
    found = StatementLine.objects.filter(
        card_id=history.card.id,
        offset__gt=before,
        posted_at__lt=history.card.closing.end_of(month),
    ).aggregate(last=Max("offset"))["last"]
    return before if found is None else int(found)


def paid_in(card_id: str) -> Mapping[Month, int]:
    """Return what was paid towards each month's invoice; `Month(0, 0)` is no month at all.

    An invoice that is still open grows, and would draw what was paid for it ahead away again from
    older ones that it had made up for. So money is meant for a closed invoice or for none.
    """
    closed = Invoice.objects.filter(
        card_id=card_id, month=OuterRef("month"), closed_at__lte=OuterRef("created_at")
    )
    sums = (
        InvoicePayment.objects.filter(card_id=card_id)
        .order_by()
        .values("month", was_closed=Exists(closed))
        .annotate(cents=Sum("amount_cents"))
        .values_list("month", "was_closed", "cents")
    )
    found: Counter[Month] = Counter()
    for month, was_closed, cents in sums:
        found[Month.parse(month) if was_closed else _NO_MONTH] += cents
    return found
