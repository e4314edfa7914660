"""Staff's view of decisions: what the processor found, to look at and to search."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from messaging.read_only_admin import ReadOnlyAdmin
from transactions.admin import cells
from transactions.domain import decisions
from transactions.models import Decision

_STATUSES = {"approved": _("approved"), "rejected": _("rejected")}


class VerdictFilter(admin.SimpleListFilter):
    """Approved, or rejected for one reason: from the rules, so that no table is searched for it."""

    title = _("verdict")
    parameter_name = "verdict"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return approval and each reason."""
        reasons = [(refusal.error_code, refusal.error_message) for refusal in decisions.REFUSALS]
        return [(decisions.APPROVED, str(_("approved"))), *reasons]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        """Return the decisions that were chosen."""
        if self.value() == decisions.APPROVED:
            return queryset.filter(status=decisions.APPROVED)
        return queryset.filter(error_code=self.value()) if self.value() else queryset


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Lists decisions; money is never edited."""

    list_display = ["id", "decided", "shown_status", "amount", "card", "reason", "account"]
    list_filter = [VerdictFilter]
    search_fields = ["=id", "=account_id", "=card_last4", "=card_token"]
    ordering = ["-id"]

    @display(description=_("amount"), ordering="amount_cents")
    def amount(self, decision: Decision) -> str:
        """Return the amount with its currency."""
        return cells.money(decision.amount_cents, decision.currency)

    @display(description=_("card"))
    def card(self, decision: Decision) -> str:
        """Return brand and last four digits."""
        return cells.card(decision.card_brand, decision.card_last4)

    @display(description=_("status"), label={"approved": "success", "rejected": "danger"})
    def shown_status(self, decision: Decision) -> tuple[str, Any]:
        """Return the status in its colour."""
        return decision.status, _STATUSES[decision.status]

    @display(description=_("decided"), ordering="processed_at")
    def decided(self, decision: Decision) -> str:
        """Return when it was decided."""
        return cells.when(decision.processed_at)

    @display(description=_("reason"), ordering="error_code")
    def reason(self, decision: Decision) -> str:
        """Return the code of the refusal."""
        return decision.error_code or "-"

    @display(description=_("account"), ordering="account_id")
    def account(self, decision: Decision) -> str:
        """Return the merchant's account."""
        return str(decision.account_id)
