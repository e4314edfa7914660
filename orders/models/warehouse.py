"""The star schema of the reports, in its own database, made from the topics and from nothing else.

What was told is kept as it came (`WarehouseEvent`); the facts are folded from it, so that a replay
or a rebuild gives the same bytes. No name, no document, no address: a customer is a keyed id.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class WarehouseDate(models.Model):
    """A day, in the business time zone."""

    day = models.DateField(primary_key=True)
    year = models.SmallIntegerField()
    month = models.SmallIntegerField()
    weekday = models.SmallIntegerField(help_text=_("1 is Monday"))

    class Meta:
        db_table = "warehouse_date"
        verbose_name = _("day")
        verbose_name_plural = _("days")

    def __str__(self) -> str:
        return str(self.day)


class WarehouseRegion(models.Model):
    """A region that orders come from."""

    code = models.CharField(primary_key=True, max_length=8)

    class Meta:
        db_table = "warehouse_region"
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return str(self.code)


class WarehouseProduct(models.Model):
    """An article that was ordered."""

    sku = ExactCharField(primary_key=True, max_length=32)

    class Meta:
        db_table = "warehouse_product"
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return str(self.sku)


class WarehouseCustomer(models.Model):
    """A customer as a keyed id, and the region of the newest order."""

    key = ExactCharField(primary_key=True, max_length=64)
    region = models.CharField(max_length=8)

    class Meta:
        db_table = "warehouse_customer"
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return str(self.key)


class WarehouseEvent(models.Model):
    """One event of one order as it was told, once; `body` is its JSON."""

    order_id = ExactCharField(max_length=36)
    version = models.IntegerField()
    topic = models.CharField(max_length=40)
    status = models.CharField(max_length=16)
    body = models.TextField()

    class Meta:
        db_table = "warehouse_event"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.UniqueConstraint(fields=["order_id", "version"], name="warehouse_event_once"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.version}"


class WarehouseOrder(models.Model):
    """The accumulating snapshot of one order: a row that gains the time of each milestone."""

    order_id = ExactCharField(primary_key=True, max_length=36)
    version = models.IntegerField()
    day = models.DateField()
    customer_key = ExactCharField(max_length=64)
    region = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    total_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField()
    units = models.IntegerField()
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=64)
    charged_cents = models.BigIntegerField()
    refunded_cents = models.BigIntegerField()
    placed_at = models.DateTimeField()
    reserved_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    picking_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    out_of_stock_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "warehouse_order"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = (
            models.Index(fields=["day", "status"], name="warehouse_order_day"),
            models.Index(fields=["customer_key", "placed_at"], name="warehouse_order_customer"),
        )

    def __str__(self) -> str:
        return str(self.order_id)


class WarehouseLine(models.Model):
    """One line of an order; `picked` is what was found, once fewer were."""

    order_id = ExactCharField(max_length=36)
    sku = ExactCharField(max_length=32)
    day = models.DateField()
    quantity = models.IntegerField()
    picked = models.IntegerField(null=True)
    unit_price_cents = models.BigIntegerField()
    was_missing = models.BooleanField(help_text=_("The order found too little of it in stock"))

    class Meta:
        db_table = "warehouse_line"
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        indexes = (models.Index(fields=["day", "sku"], name="warehouse_line_day"),)
        constraints = (
            models.UniqueConstraint(fields=["order_id", "sku"], name="warehouse_line_once"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.sku}"


class WarehouseGate(models.Model):
    """One row that a batch and a rebuild both lock, so that neither folds beside the other."""

    id = models.SmallIntegerField(primary_key=True)

    class Meta:
        db_table = "warehouse_gate"
        verbose_name = _("gate")
        verbose_name_plural = _("gates")

    def __str__(self) -> str:
        return str(self.id)
