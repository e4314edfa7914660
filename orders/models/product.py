"""Goods: their price, their place, how many there are, and why that number ever moved."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Product(models.Model):
    """One article; `on_hand` lie on the shelf, `reserved` of them belong to orders.

    Both move by conditional UPDATEs alone, and the database itself refuses to sell what is not
    there.
    """

    sku = ExactCharField(primary_key=True, max_length=32)
    name_en = models.CharField(max_length=120)
    name_pt = models.CharField(max_length=120)
    text_en = models.CharField(max_length=500, blank=True)
    text_pt = models.CharField(max_length=500, blank=True)
    price_cents = models.BigIntegerField()
    barcode = ExactCharField(max_length=32, blank=True, db_index=True)
    shelf = models.CharField(max_length=16, help_text=_("Where it lies, as it sorts: A-03-2"))
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orders_product"
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = (
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="orders_product_price"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="orders_product_reserved"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand")), name="orders_product_not_oversold"
            ),
        )

    def __str__(self) -> str:
        return str(self.sku)

    @property
    def available(self) -> int:
        """Return how many can be sold now."""
        return self.on_hand - self.reserved


class StockMovement(models.Model):
    """One change of `on_hand`, for ever; their sum is what lies on the shelf.

    `key` names a receipt or correction, so that one sent twice counts once.
    """

    class Kind(models.TextChoices):
        """Why the number moved."""

        RECEIPT = "receipt", _("goods receipt")
        COMMIT = "commit", _("sold")
        WRITE_OFF = "write_off", _("written off")
        CORRECTION = "correction", _("correction")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    quantity = models.IntegerField(help_text=_("What was added; negative where it left"))
    order_id = ExactCharField(max_length=36, blank=True, db_index=True)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=150, blank=True)
    key = ExactCharField(max_length=64, null=True, unique=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "orders_stock_movement"
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")

    def __str__(self) -> str:
        return f"{self.product_id} {self.quantity:+}"
