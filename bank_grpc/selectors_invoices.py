"""Invoices as a holder reads them: the closed ones as they were closed, the open one growing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bank_grpc.domain import invoices
from bank_grpc.domain.invoices import InvoiceStatus, Item, Month
from bank_grpc.models import Card, StatementLine
from bank_grpc.selectors import BadCursorError, Page
from bank_grpc.services import histories
from bank_grpc.services.histories import History

PAGE_INVOICES: Final = 12


class UnknownInvoiceError(LookupError):
    """The card has no invoice of that month."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of the statement as it stands in an invoice: whole, or one instalment of it."""

    line: StatementLine
    item: Item

    @property
    def amount_cents(self) -> int:
        """Return what the line adds to the invoice; below zero for a refund."""
        return self.item.amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInvoice:
    """An invoice; `total_cents` of an open one grows, and `lines` are empty unless asked for."""

    month: str
    status: InvoiceStatus
    closing_date: date
    due_date: date
    total_cents: int
    minimum_cents: int
    paid_cents: int
    lines: Sequence[InvoiceLine] = ()

    @property
    def left_cents(self) -> int:
        """Return what is left to pay."""
        return max(0, self.total_cents - self.paid_cents)


def invoices_of(card: Card, *, now: datetime, with_lines: bool = False) -> list[ShownInvoice]:
    """Return the card's invoices, newest first, up to the one that is open now."""
    history, totals, paid = _settled(card, now)
    return _shown_all(history, totals[::-1], paid, with_lines=with_lines)


def invoice_page_of(
    card: Card,
    *,
    now: datetime,
    cursor: str = "",
    limit: int = PAGE_INVOICES,
    with_lines: bool = False,
) -> Page[ShownInvoice]:
    """Return a page of the card's invoices, newest first; `cursor` is the month before it.

    Raises BadCursorError.
    """
    before = _month_of(cursor)
    history, totals, paid = _settled(card, now)
    older = [each for each in reversed(totals) if before is None or each[0] < before]
    shown = _shown_all(history, older[:limit], paid, with_lines=with_lines)
    return Page(shown, shown[-1].month if len(older) > limit else "")


def invoice_of(card: Card, month: str, *, now: datetime) -> ShownInvoice:
    """Return one invoice with its lines, in the order of their posting.

    A month to come has an invoice where instalments fall due in it. Raises UnknownInvoiceError,
    also for what is no month.
    """
    history, totals, paid = _settled(card, now)
    wanted = _existing(history, month)
    lines = _lines(history, wanted)
    if wanted > totals[-1][0]:
        if not lines:
            raise UnknownInvoiceError(month)
        return _shown(history, wanted, _sum(lines), 0, lines)
    return _shown(history, wanted, dict(totals)[wanted], paid[wanted], lines)


def _settled(
    card: Card, now: datetime
) -> tuple[History, list[tuple[Month, int]], Mapping[Month, int]]:
    """Return the closed invoices, each month's total, oldest first, and what is paid of each."""
    history = History.of(card)
    totals = _totals(history, now)
    return history, totals, invoices.settle(totals, histories.paid_in(card.id)).paid_cents


def _shown_all(
    history: History,
    totals: Iterable[tuple[Month, int]],
    paid: Mapping[Month, int],
    *,
    with_lines: bool,
) -> list[ShownInvoice]:
    return [
        _shown(history, month, cents, paid[month], _lines(history, month) if with_lines else ())
        for month, cents in totals
    ]


def _month_of(cursor: str) -> Month | None:
    try:
        return Month.parse(cursor) if cursor else None
    except ValueError:
        raise BadCursorError from None


def _existing(history: History, text: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError:
        raise UnknownInvoiceError(text) from None
    if month < history.first:
        raise UnknownInvoiceError(text)
    return month


def _totals(history: History, now: datetime) -> list[tuple[Month, int]]:
    """Return each month's total, oldest first: as closed, or as its lines sum to now."""
    totals = [(Month.parse(each.month), each.total_cents) for each in history.closed]
    month = history.next_to_close
    current = max(month, history.card.closing.month_of(now))
    while month <= current:
        totals.append((month, histories.total_of(history, month)))
        month = month.plus(1)
    return totals


def _lines(history: History, month: Month) -> list[InvoiceLine]:
    lines = histories.lines_of(history, month)
    items = invoices.items_of(month, histories.movements_of(history, lines.values()))
    return [InvoiceLine(lines[each.movement_id], each) for each in items]


def _sum(lines: Sequence[InvoiceLine]) -> int:
    return sum(each.amount_cents for each in lines)


def _shown(
    history: History, month: Month, total: int, paid: int, lines: Sequence[InvoiceLine] = ()
) -> ShownInvoice:
    closing = history.card.closing
    closed = next((each for each in history.closed if each.month == str(month)), None)
    status = invoices.status_of(
        is_closed=closed is not None, total_cents=max(total, 0), paid_cents=paid
    )
    return ShownInvoice(
        month=str(month),
        status=status,
        closing_date=closed.closing_date if closed else closing.date_in(month),
        due_date=closed.due_date if closed else closing.due_date(month),
        total_cents=total,
        minimum_cents=closed.minimum_cents if closed else invoices.minimum_of(total),
        paid_cents=paid,
        lines=lines,
    )
