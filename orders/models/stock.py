"""What is kept back for an order: one hold for each, with its lines."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.product import Product


class HoldStatus(models.TextChoices):
    """Where a hold stands; every unit of it ends committed, released or written off."""

    HELD = "held", _("held")
    PAYING = "paying", _("paying")
    COMMITTED = "committed", _("committed")
    RELEASED = "released", _("released")


class StockHold(models.Model):
    """The stock held for one order; only one that is `held` may expire."""

    order = models.OneToOneField(
        "orders.Order", primary_key=True, on_delete=models.PROTECT, related_name="hold"
    )
    status = models.CharField(max_length=9, choices=HoldStatus.choices, default=HoldStatus.HELD)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_stock_hold"
        verbose_name = _("stock hold")
        verbose_name_plural = _("stock holds")
        indexes = (models.Index(fields=["status", "expires_at"], name="orders_hold_due"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"


class HoldLine(models.Model):
    """One article of a hold; `written_off` of its units were not found."""

    hold = models.ForeignKey(StockHold, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    written_off = models.IntegerField(default=0)

    class Meta:
        db_table = "orders_hold_line"
        verbose_name = _("hold line")
        verbose_name_plural = _("hold lines")
        constraints = (
            models.UniqueConstraint(fields=["hold", "product"], name="orders_hold_line_once"),
            models.CheckConstraint(
                condition=Q(written_off__gte=0, written_off__lte=F("quantity")),
                name="orders_hold_line_written_off",
            ),
        )

    def __str__(self) -> str:
        return f"{self.hold_id} {self.product_id} {self.quantity}"
