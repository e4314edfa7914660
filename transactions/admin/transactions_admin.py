"""Staff's view of transactions as merchants see them: to look at, never to edit."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from transactions.admin.webhooks_admin import ReadOnlyAdmin
from transactions.domain import money
from transactions.models import Transaction


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    """Lists transactions, newest first; the columns explain themselves by the model's texts."""

    list_display = [
        "id",
        "account_id",
        "shown_status",
        "amount",
        "card",
        "error_code",
        "created_at",
        "processed_at",
    ]
    list_filter = ["status", "created_at"]
    search_fields = ["=id", "=account_id", "=card_last4", "=request_id"]
    ordering = ["-created_at", "-id"]

    @display(
        description=_("status"),
        label={"approved": "success", "rejected": "danger", "pending": "info"},
    )
    def shown_status(self, transaction: Transaction) -> tuple[str, str]:
        """Return the status in its colour."""
        return transaction.status, transaction.get_status_display()

    @display(description=_("amount"), ordering="amount_cents")
    def amount(self, transaction: Transaction) -> str:
        """Return the amount with its currency."""
        return f"{transaction.currency} {money.format_cents(transaction.amount_cents)}"

    @display(description=_("card"))
    def card(self, transaction: Transaction) -> str:
        """Return brand and last four digits."""
        return f"{transaction.card_brand} {transaction.card_last4}".strip()
