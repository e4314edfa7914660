"""The list of a card's invoices as rows of a CSV file, for REST and pages alike."""

from typing import Final

from bank_grpc.selectors_invoices import ShownInvoice
from bank_grpc.services.exports.csv_file import amount

INVOICE_COLUMNS: Final = (
    *("month", "status", "closing_date", "due_date"),
    *("total", "minimum", "paid"),
)


def invoice_cells(shown: ShownInvoice) -> tuple[str, ...]:
    """Return an invoice's row, in the words and amounts of REST."""
    return (
        shown.month,
        shown.status.value,
        shown.closing_date.isoformat(),
        shown.due_date.isoformat(),
        amount(shown.total_cents),
        amount(shown.minimum_cents),
        amount(shown.paid_cents),
    )
