"""Staff's view of the bank's books: to look things up; what changes a card is on its own page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from bank_grpc.models import Card, CardChange, InvoicePayment, Payment, Refund
from config.templatetags.site import money
from messaging.read_only_admin import ReadOnlyAdmin


class _Priced(ReadOnlyAdmin):
    """Shows amounts; money and cards are changed by services alone, each change noted."""

    @display(description=_("amount"), ordering="amount_cents")
    def amount(self, row: Any) -> str:
        return money(row.amount_cents)


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    list_display = ["id", "holder", "status", "used", "limit", "created_at"]
    list_filter = ["status"]
    search_fields = ["id", "holder"]
    ordering = ["-created_at"]

    @display(description=_("used"), ordering="balance_cents")
    def used(self, card: Card) -> str:
        return money(card.balance_cents)

    @display(description=_("limit"), ordering="limit_cents")
    def limit(self, card: Card) -> str:
        return money(card.limit_cents)


@admin.register(Payment)
class PaymentAdmin(_Priced):
    list_display = ["id", "store", "amount", "status", "refusal_code", "created_at"]
    list_filter = ["status", "refusal_code"]
    search_fields = ["id", "card__id", "store", "request_key"]
    ordering = ["-created_at"]
    exclude = ["request_digest"]


@admin.register(Refund)
class RefundAdmin(_Priced):
    list_display = ["id", "payment", "amount", "created_at"]
    search_fields = ["id", "payment__id"]
    ordering = ["-created_at"]
    exclude = ["request_digest"]


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(_Priced):
    list_display = ["id", "card", "month", "amount", "created_at"]
    search_fields = ["id", "card__id"]
    ordering = ["-created_at"]
    exclude = ["request_digest"]


@admin.register(CardChange)
class CardChangeAdmin(ReadOnlyAdmin):
    list_display = ["card", "kind", "actor", "before", "after", "at"]
    list_filter = ["kind"]
    search_fields = ["card__id", "actor"]
    ordering = ["-at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CardChange]:
        return super().get_queryset(request).select_related("card")  # type: ignore[no-any-return]

    @display(description=_("limit or closing day before"))
    def before(self, change: CardChange) -> str:
        return _figure(change.limit_before_cents, change.closing_day_before)

    @display(description=_("limit or closing day after"))
    def after(self, change: CardChange) -> str:
        return _figure(change.limit_after_cents, change.closing_day_after)


def _figure(cents: int | None, day: int | None) -> str:
    if cents is not None:
        return money(cents)
    return "" if day is None else str(day)
