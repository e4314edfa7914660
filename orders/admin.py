"""Staff's view of the shop's books: to look things up; what changes them has pages of its own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from config.templatetags.site import money
from messaging.read_only_admin import ReadOnlyAdmin
from orders.admin_forms import CouponForm
from orders.models import (
    Campaign,
    Consent,
    Coupon,
    Customer,
    FraudAct,
    Mail,
    Order,
    OrderEventRow,
    PersonTask,
    PickLine,
    PickList,
    Product,
    ProductChange,
    RefundDue,
    StockHold,
    StockMovement,
    TaskTry,
)


class _Priced(ReadOnlyAdmin):
    @display(description=_("amount"), ordering="amount_cents")
    def amount(self, row: Any) -> str:
        return money(row.amount_cents)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["id", "status", "state", "reason", "total", "refunded", "region", "created_at"]
    list_filter = ["status", "state", "region"]
    search_fields = ["id", "payment_id", "customer__id", "card_last4"]
    ordering = ["-created_at"]
    # Sealed or not, neither token nor address has any business on a page.
    exclude = [
        "payment_token_sealed",
        *("sealed_name", "sealed_email", "sealed_address", "phone_hash"),
    ]

    @display(description=_("total"), ordering="total_cents")
    def total(self, order: Order) -> str:
        return money(order.total_cents, order.currency)

    @display(description=_("refunded"), ordering="refunded_cents")
    def refunded(self, order: Order) -> str:
        return money(order.refunded_cents, order.currency)


@admin.register(OrderEventRow)
class OrderEventAdmin(ReadOnlyAdmin):
    list_display = ["order_id", "version", "happening", "state", "said", "reason", "actor", "at"]
    list_filter = ["happening", "state"]
    search_fields = ["order__id", "event_id", "actor"]
    ordering = ["-pk"]


@admin.register(RefundDue)
class RefundDueAdmin(_Priced):
    list_display = ["request_id", "amount", "refund_id", "by_hand", "created_at", "made_at"]
    list_filter = ["by_hand"]
    search_fields = ["request_id", "refund_id", "order__id"]
    ordering = ["-created_at"]


@admin.register(PersonTask)
class PersonTaskAdmin(ReadOnlyAdmin):
    list_display = ["request_id", "step", "reason", "tries", "created_at", "done_at", "done_by"]
    list_filter = ["step"]
    search_fields = ["request_id", "order__id"]
    ordering = ["-created_at"]


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    list_display = [
        "id",
        "name",
        "region",
        "telesales_opt_out",
        "version",
        "created_at",
        "erased_at",
    ]
    list_filter = ["region", "telesales_opt_out"]
    search_fields = ["id", "name"]
    ordering = ["-created_at"]
    exclude = [
        *("phone_hash", "document_hash", "email_hash"),
        *("sealed_document", "sealed_email", "sealed_address"),
    ]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["customer_id", "door", "notice", "telesales", "at"]
    list_filter = ["door", "notice", "telesales"]
    search_fields = ["customer__id"]
    ordering = ["-at"]


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ["sku", "name_pt", "shelf", "price", "on_hand", "reserved", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["sku", "name_pt", "name_en", "barcode"]
    ordering = ["sku"]

    @display(description=_("price"), ordering="price_cents")
    def price(self, product: Product) -> str:
        return money(product.price_cents)


@admin.register(ProductChange)
class ProductChangeAdmin(ReadOnlyAdmin):
    list_display = ["product_id", "field", "before", "after", "actor", "at"]
    list_filter = ["field"]
    search_fields = ["product__sku", "actor"]
    ordering = ["-pk"]


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["product_id", "kind", "quantity", "reason", "actor", "order_id", "at"]
    list_filter = ["kind"]
    search_fields = ["product__sku", "order_id", "actor", "reason"]
    ordering = ["-pk"]


@admin.register(StockHold)
class StockHoldAdmin(ReadOnlyAdmin):
    list_display = ["order_id", "status", "expires_at", "closed_at"]
    list_filter = ["status"]
    search_fields = ["order__id"]
    ordering = ["-expires_at"]


class _PickLines(TabularInline):
    model = PickLine
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PickList)
class PickListAdmin(ReadOnlyAdmin):
    list_display = ["order_id", "state", "picker", "created_at", "picked_at", "closed_at"]
    list_filter = ["state"]
    search_fields = ["order__id", "picker"]
    ordering = ["-created_at"]
    inlines = [_PickLines]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PickList]:
        return super().get_queryset(request).select_related("order")  # type: ignore[no-any-return]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["order_id", "notice", "language", "status", "reason", "created_at", "sent_at"]
    list_filter = ["notice", "status", "language"]
    search_fields = ["order__id"]
    ordering = ["-pk"]


@admin.register(FraudAct)
class FraudActAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject", "order_id", "note", "actor", "at"]
    list_filter = ["kind"]
    search_fields = ["subject", "order_id", "actor"]
    ordering = ["-pk"]


@admin.register(TaskTry)
class TaskTryAdmin(ReadOnlyAdmin):
    list_display = ["task_id", "actor", "note", "at"]
    search_fields = ["task__request_id", "actor"]
    ordering = ["-pk"]


class _Kept(ModelAdmin):
    """Shows rows that staff may make and change, but that orders stand on: none is deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Coupon)
class CouponAdmin(_Kept):
    form = CouponForm
    list_display = ["code", "percent", "amount_cents", "valid_until", "used", "uses", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code"]
    ordering = ["code"]
    # Orders count it.
    readonly_fields = ["used"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["used"] if obj is None else ["code", "used"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        # Orders count their uses meanwhile: what staff did not change stays theirs.
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(Campaign)
class CampaignAdmin(_Kept):
    list_display = ["slug", "title_pt", "coupon", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["slug", "title_pt", "title_en"]
    ordering = ["-created_at"]
