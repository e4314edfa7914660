"""The ledger's own sums, and the balances that must follow it."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from bank_grpc.models import Card, InvoicePayment, LedgerEntry, Payment, Refund
from bank_grpc.services.invariants.rule import Invariant, Look

_CARD = "card:"


def ledger_sum(_look: Look) -> Iterable[object]:
    """Find the sum of the whole ledger where it is not zero."""
    total = LedgerEntry.objects.aggregate(total=Sum("amount_cents", default=0))["total"]
    return [total] if total else []


def operation_sums(_look: Look) -> Iterable[object]:
    """Find operations whose entries do not sum to zero."""
    by_operation = LedgerEntry.objects.order_by().values("operation_id")
    return (
        by_operation.annotate(total=Sum("amount_cents"))
        .exclude(total=0)
        .values_list("operation_id", flat=True)
    )


def balances(_look: Look) -> Iterator[object]:
    """Find cards whose balance is not the sum of their entries."""
    entries = LedgerEntry.objects.filter(account__startswith=_CARD).order_by()
    sums = dict(
        entries.values("account")
        .annotate(total=Sum("amount_cents"))
        .values_list("account", "total")
        .iterator()
    )
    for card_id, balance in Card.objects.values_list("id", "balance_cents").iterator():
        if sums.pop(f"{_CARD}{card_id}", 0) != balance:
            yield card_id
    # Entries of cards that there are not.
    yield from sums


def limits(_look: Look) -> Iterable[object]:
    """Find cards that use more than their limit."""
    return Card.objects.filter(balance_cents__gt=F("limit_cents")).values_list("id", flat=True)


def entries_of_payments(_look: Look) -> Iterable[object]:
    """Find approved payments without exactly two entries of their amount."""
    return _unlike(Payment.objects.filter(status="approved"), sign=1)


def entries_of_refunds(_look: Look) -> Iterable[object]:
    """Find refunds without exactly two entries of their amount."""
    return _unlike(Refund.objects.all(), sign=-1)


def entries_of_invoice_payments(_look: Look) -> Iterable[object]:
    """Find invoice payments without exactly two entries of their amount."""
    return _unlike(InvoicePayment.objects.all(), sign=-1)


def entries_of_refused(_look: Look) -> Iterable[object]:
    """Find refused payments that moved money."""
    refused = Payment.objects.filter(status="rejected").values("pk")
    return LedgerEntry.objects.filter(operation_id__in=refused).values_list(
        "operation_id", flat=True
    )


def _unlike(
    rows: "QuerySet[Payment] | QuerySet[Refund] | QuerySet[InvoicePayment]", *, sign: int
) -> Iterator[object]:
    """Find rows whose two entries are not their amount on the card and its opposite beside it."""
    card = Q(account__startswith=_CARD)
    found = dict[str, tuple[int, int]]()
    by_operation = LedgerEntry.objects.order_by().values("operation_id")
    sums = by_operation.annotate(
        entries=Count("pk"), owed=Sum("amount_cents", filter=card, default=0)
    ).values_list("operation_id", "entries", "owed")
    for page in _pages(rows):
        found = {key: (count, owed) for key, count, owed in sums.filter(operation_id__in=page)}
        for key, cents in page.items():
            if found.get(key) != (2, sign * cents):
                yield key


def _pages(
    rows: "QuerySet[Payment] | QuerySet[Refund] | QuerySet[InvoicePayment]", size: int = 500
) -> Iterator[dict[str, int]]:
    last = ""
    while page := dict(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", "amount_cents")[:size]
    ):
        yield page
        last = max(page)


LEDGER = (
    Invariant("ledger_sums_to_zero", _("All entries of the ledger sum to zero."), ledger_sum),
    Invariant(
        "operations_sum_to_zero",
        _("The entries of each payment, refund and invoice payment sum to zero."),
        operation_sums,
    ),
    Invariant(
        "balance_equals_ledger", _("Each card's balance is what its entries sum to."), balances
    ),
    Invariant("used_within_limit", _("No card uses more than its limit."), limits),
    Invariant(
        "payment_has_two_entries",
        _("Each approved payment has two entries: its amount on card and shop."),
        entries_of_payments,
    ),
    Invariant(
        "refund_has_two_entries",
        _("Each refund has two entries of its amount."),
        entries_of_refunds,
    ),
    Invariant(
        "invoice_payment_has_two_entries",
        _("Each payment of an invoice has two entries of its amount."),
        entries_of_invoice_payments,
    ),
    Invariant("refusal_moves_nothing", _("A refused payment has no entry."), entries_of_refused),
)
