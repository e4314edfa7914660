"""Orders: the row that is the truth, its lines, its history, and the requests that made it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField
from orders.models.customer import Customer
from orders.models.product import Product


class Order(models.Model):
    """One order; whoever acts on it locks it, and `version` counts every act.

    `state` is the pipeline's word, `status` the one that outsiders see. Of the card there are the
    fingerprint, brand and last four; the payment token is sealed. The sealed name, e-mail and
    address, the phone's hash and its region are this order's alone, whatever is kept of its
    customer (record 0146).
    """

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    account_id = ExactCharField(max_length=36, help_text=_("The shop's gateway account"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    region = models.CharField(max_length=8)
    phone_hash = ExactCharField(max_length=64, blank=True)
    phone_region = models.CharField(
        max_length=2, blank=True, help_text=_("State of its phone's area code, where that is known")
    )
    language = models.CharField(max_length=8, default="pt-br")
    currency = models.CharField(max_length=3, default="BRL")
    total_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField(default=0)
    coupon_code = ExactCharField(max_length=32, blank=True)
    state = models.CharField(max_length=16)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=64, blank=True)
    version = models.IntegerField(default=1)
    state_since = models.DateTimeField()
    payment_token_sealed = models.TextField()
    card_fingerprint = ExactCharField(max_length=64)
    card_brand = models.CharField(max_length=16)
    card_last4 = models.CharField(max_length=4)
    sealed_name = models.TextField(blank=True)
    sealed_email = models.TextField(blank=True)
    sealed_address = models.TextField(blank=True)
    payment_id = ExactCharField(max_length=36, blank=True)
    charged_cents = models.BigIntegerField(default=0)
    refunded_cents = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_order"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = (
            models.Index(fields=["account_id", "created_at", "id"], name="orders_order_list"),
            models.Index(fields=["state", "state_since"], name="orders_order_board"),
            models.Index(fields=["created_at"], name="orders_order_time"),
            models.Index(fields=["customer", "created_at"], name="orders_order_customer"),
            models.Index(fields=["card_fingerprint", "created_at"], name="orders_order_card"),
            models.Index(fields=["phone_hash", "created_at"], name="orders_order_phone"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(total_cents__gte=0), name="orders_order_total"),
            models.CheckConstraint(
                condition=Q(refunded_cents__gte=0, refunded_cents__lte=F("charged_cents")),
                name="orders_order_refunds",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class OrderLine(models.Model):
    """One article of an order; `picked` is what was found, known once fewer were."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    unit_price_cents = models.BigIntegerField()
    picked = models.IntegerField(null=True)

    class Meta:
        db_table = "orders_line"
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = (
            models.UniqueConstraint(fields=["order", "product"], name="orders_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_line_quantity"),
            models.CheckConstraint(
                condition=Q(picked__isnull=True) | Q(picked__gte=0, picked__lte=F("quantity")),
                name="orders_line_picked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id} {self.quantity}"


class OrderEventRow(models.Model):
    """One act on an order, as it is told on timelines; `event_id` finds it on Kafka.

    `partition` and `offset` are noted by housekeeping, before the outbox forgets them.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    version = models.IntegerField()
    happening = models.CharField(max_length=24)
    state = models.CharField(max_length=16)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=64, blank=True)
    topic = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=16, blank=True)
    event_id = ExactCharField(max_length=36, blank=True)
    partition = models.IntegerField(null=True)
    offset = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_event"
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        indexes = (
            models.Index(fields=["happening", "at"], name="orders_event_time"),
            models.Index(fields=["offset", "at"], name="orders_event_unplaced"),
        )
        constraints = (
            models.UniqueConstraint(fields=["order", "version"], name="orders_event_once"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.version} {self.happening}"


class OrderRequest(models.Model):
    """An order asked for under a client's key, committed before the bank is asked.

    `id` is a keyed hash of caller and key, `digests` one for each field of what was asked, the CVV
    left out. Until `order_id` is there nothing was ordered under the key.
    """

    id = ExactCharField(primary_key=True, max_length=64)
    digests = models.JSONField()
    order_id = ExactCharField(max_length=36, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "orders_request"
        verbose_name = _("order request")
        verbose_name_plural = _("order requests")

    def __str__(self) -> str:
        return str(self.id)
