"""What a file is made of: the lines of a statement or an invoice, fixed before the first byte."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from django.db.models import Max, QuerySet

from bank_grpc.domain.closing import ZONE
from bank_grpc.models import Card, CardNumber, StatementLine
from bank_grpc.selectors import Wanted, lines_of
from bank_grpc.selectors_invoices import ShownInvoice

_PAGE: Final = 1000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a file; `amount_cents` is positive and `kind` gives the sign."""

    id: str
    kind: str
    amount_cents: int
    store: str
    description: str
    authorised_at: datetime
    posted_at: datetime
    balance_after_cents: int
    part: int = 1
    parts: int = 1

    @property
    def owed_cents(self) -> int:
        """Return the amount with its sign: what the holder owes more by it."""
        return self.amount_cents if self.kind == "payment" else -self.amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file to be: whose, of which time, and its rows, oldest first, which can be read once.

    `as_of` is the last line's posting, never the clock, so that the same lines give the same bytes.
    `balance_cents` is what was owed after the last line. `invoice` is None for a statement.
    """

    card_id: str
    holder: str
    last4: str
    begin: datetime
    end: datetime
    as_of: datetime
    balance_cents: int
    count: int
    rows: Iterable[SheetRow]
    invoice: ShownInvoice | None = None


def sheet_of_statement(card: Card, wanted: Wanted) -> Sheet:
    """Return the wanted lines of the card as they are now; what is posted later is not in it."""
    through = lines_of(card.id, Wanted()).aggregate(last=Max("offset"))["last"]
    lines = lines_of(card.id, wanted).filter(offset__lte=-1 if through is None else through)
    first, last = lines.order_by("offset").first(), lines.order_by("-offset").first()
    return Sheet(
        card_id=card.id,
        holder=card.holder,
        last4=_last4(card),
        begin=wanted.begin or (first.posted_at if first else _EPOCH),
        end=wanted.end or (last.posted_at if last else _EPOCH),
        as_of=last.posted_at if last else _EPOCH,
        balance_cents=last.balance_after_cents if last else 0,
        count=lines.count(),
        rows=_read(lines, -1 if through is None else through),
    )


def sheet_of_invoice(card: Card, invoice: ShownInvoice) -> Sheet:
    """Return the lines of an invoice, which was read with them."""
    lines = [each.line for each in invoice.lines]
    last = max(lines, key=lambda line: line.offset, default=None)
    closing = datetime.combine(invoice.closing_date, time.max, ZONE).astimezone(UTC)
    return Sheet(
        card_id=card.id,
        holder=card.holder,
        last4=_last4(card),
        begin=min((line.posted_at for line in lines), default=closing),
        end=closing,
        as_of=last.posted_at if last else closing,
        balance_cents=invoice.total_cents,
        count=len(lines),
        rows=[
            _row(each.line, abs(each.amount_cents), each.item.part, each.item.parts)
            for each in invoice.lines
        ],
        invoice=invoice,
    )


def _read(lines: "QuerySet[StatementLine]", through: int) -> Iterator[SheetRow]:
    after = -1
    while after < through:
        page = list(lines.filter(offset__gt=after).order_by("offset")[:_PAGE])
        yield from (_row(each, each.amount_cents) for each in page)
        after = page[-1].offset if page else through


def _row(line: StatementLine, cents: int, part: int = 1, parts: int = 1) -> SheetRow:
    return SheetRow(
        line.movement_id,
        line.kind,
        cents,
        line.store,
        line.description,
        line.authorised_at,
        line.posted_at,
        line.balance_after_cents,
        part,
        parts,
    )


def _last4(card: Card) -> str:
    return CardNumber.objects.get(card_id=card.id, replaced_at=None).last4
