"""Staff's view of transactions as merchants see them: to look at, never to edit."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from messaging.read_only_admin import ReadOnlyAdmin
from transactions.admin import cells
from transactions.models import Transaction


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    """Lists transactions, newest first; the columns explain themselves by the model's texts."""

    list_display = [
        "id",
        "accepted",
        "shown_status",
        "amount",
        "card",
        "reason",
        "account",
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
        return cells.money(transaction.amount_cents, transaction.currency)

    @display(description=_("card"))
    def card(self, transaction: Transaction) -> str:
        """Return brand and last four digits."""
        return cells.card(transaction.card_brand, transaction.card_last4)

    @display(description=_("accepted"), ordering="created_at")
    def accepted(self, transaction: Transaction) -> str:
        """Return when it was accepted."""
        return cells.when(transaction.created_at)

    @display(description=_("reason"), ordering="error_code")
    def reason(self, transaction: Transaction) -> str:
        """Return the code of the refusal."""
        return transaction.error_code or "-"

    @display(description=_("account"), ordering="account_id")
    def account(self, transaction: Transaction) -> str:
        """Return the merchant's account."""
        return str(transaction.account_id)
