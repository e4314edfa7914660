"""What statement and invoices owe the ledger and the topic."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, When, Window
from django.utils.translation import gettext_lazy as _

from bank_grpc.models import Card, Invoice, InvoicePayment, Payment, Refund, StatementLine
from bank_grpc.services.histories import History
from bank_grpc.services.invariants.payments import told_since
from bank_grpc.services.invariants.rule import Invariant, Look
from bank_grpc.services.invoices import total_of
from bank_grpc.services.post import line_of

_PAGE: Final = 500
# Records of each partition that are read again, the newest that were posted.
_READ_AGAIN: Final = 500
_APPROVED: Final = "approved"


def missing(look: Look) -> Iterator[object]:
    """Find approved movements without line whose record the consumer has passed."""
    posted = look.topic.posted()
    passed: list[str] = []
    for row, told in told_since(look):
        _first, stop = posted.get(row.partition or 0, (0, 0))
        if told.status == _APPROVED and row.offset is not None and row.offset < stop:
            passed.append(told.movement_id)
        if len(passed) == _PAGE:
            yield from _without_line(passed)
            passed = []
    yield from _without_line(passed)


def _without_line(ids: list[str]) -> set[str]:
    return set(ids) - set(StatementLine.objects.filter(pk__in=ids).values_list("pk", flat=True))


def unpaid(_look: Look) -> Iterator[object]:
    """Find lines that no approved payment, refund or invoice payment stands behind, as it is."""
    same = {
        "pk": OuterRef("movement_id"),
        "amount_cents": OuterRef("amount_cents"),
        "balance_after_cents": OuterRef("balance_after_cents"),
    }
    card = {"card_id": OuterRef("card_id")}
    behind = {
        "payment": Payment.objects.filter(status=_APPROVED, **same, **card),
        "refund": Refund.objects.filter(payment__card_id=OuterRef("card_id"), **same),
        "invoice_payment": InvoicePayment.objects.filter(**same, **card),
    }
    lines = StatementLine.objects.order_by()
    for kind, rows in behind.items():
        yield from lines.filter(~Exists(rows), kind=kind).values_list("pk", flat=True)
    yield from lines.exclude(kind__in=behind).values_list("pk", flat=True)


def running(_look: Look) -> Iterable[object]:
    """Find lines whose balance is not the sum of the card's lines up to them."""
    signed = Case(When(kind="payment", then=F("amount_cents")), default=-F("amount_cents"))
    lines = StatementLine.objects.annotate(signed=signed).annotate(
        owed=Window(Sum("signed"), partition_by=F("card_id"), order_by=F("offset").asc())
    )
    wrong = lines.exclude(balance_after_cents=F("owed"))
    return wrong.values_list("pk", flat=True)


def last_balances(_look: Look) -> Iterator[object]:
    """Find cards with everything posted whose last line does not say their balance."""
    posted = StatementLine.objects.filter(pk=OuterRef("pk"))
    waiting = (
        Payment.objects.filter(~Exists(posted), card_id=OuterRef("pk"), status=_APPROVED),
        Refund.objects.filter(~Exists(posted), payment__card_id=OuterRef("pk")),
        InvoicePayment.objects.filter(~Exists(posted), card_id=OuterRef("pk")),
    )
    last = StatementLine.objects.filter(card_id=OuterRef("pk")).order_by("-offset")
    differing = Card.objects.annotate(told=last.values("balance_after_cents")[:1]).exclude(
        told=F("balance_cents")
    )
    still: QuerySet[Card] = differing.filter(~Q(told=None) | ~Q(balance_cents=0))
    for rows in waiting:
        still = still.filter(~Exists(rows))
    yield from still.values_list("pk", flat=True)


def replay(look: Look) -> Iterator[object]:
    """Find lines that would be other ones were the newest records posted again."""
    for partition, (start, stop) in look.topic.posted().items():
        again = look.topic.messages(partition, max(start, stop - _READ_AGAIN), stop)
        for _first, _last, messages in again:
            made = [line_of(each) for each in messages if each.event.status == _APPROVED]
            kept = StatementLine.objects.in_bulk([each.movement_id for each in made])
            yield from (each.movement_id for each in made if not _same(each, kept))


def _same(made: StatementLine, kept: dict[str, StatementLine]) -> bool:
    line = kept.get(made.movement_id)
    if line is None:
        return False
    columns = [field.attname for field in StatementLine._meta.concrete_fields]  # noqa: SLF001 - Django's documented door
    if (line.partition, line.offset) < (made.partition, made.offset):
        # The relay had to send the record twice: the first place and its time stand.
        columns = [each for each in columns if each not in ("posted_at", "offset")]
    return all(getattr(made, each) == getattr(line, each) for each in columns)


def closed_totals(_look: Look) -> Iterator[object]:
    """Find closed invoices that are not the sum of their lines."""
    with_invoices = Card.objects.filter(Exists(Invoice.objects.filter(card_id=OuterRef("pk"))))
    for card in with_invoices.order_by("pk").iterator():
        history = History.of(card)
        for month, invoice in zip(history.months, history.closed, strict=True):
            if total_of(history, month) != invoice.total_cents:
                yield f"{card.id} {invoice.month}"


STATEMENT_RULES = (
    Invariant(
        "posted_payment_has_its_line",
        _("Each approved movement whose record the statement has passed is on the statement."),
        missing,
    ),
    Invariant(
        "line_has_its_payment",
        _("Each line has its payment, refund or invoice payment, of the same card and amounts."),
        unpaid,
    ),
    Invariant(
        "balance_runs_on",
        _("Each line's balance is the sum of its card's lines up to it."),
        running,
    ),
    Invariant(
        "last_line_is_the_balance",
        _("Where nothing is on its way, a card's last line says its balance."),
        last_balances,
    ),
    Invariant(
        "replay_changes_nothing",
        _("The newest records posted again would give the very lines that are there."),
        replay,
    ),
    Invariant(
        "invoices_sum_to_lines", _("Each closed invoice is the sum of its lines."), closed_totals
    ),
)
