"""Pick lists: what a person takes off the shelves for one paid order, and how far they are."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField
from orders.models.product import Product


class PickList(models.Model):
    """The list of one order, in one person's hands at a time.

    `touched_at` is when whoever has it last did something with it: a list that was left may be
    taken over. `last_scan` is the key of the newest scan, so that one sent twice counts once.
    `closed_at` is when nothing was left to do: sent off, or the goods of a withdrawn list put back.
    """

    class State(models.TextChoices):
        """Where a list stands."""

        OPEN = "open", _("to pick")
        PICKED = "picked", _("picked")
        DISPATCHED = "dispatched", _("dispatched")
        WITHDRAWN = "withdrawn", _("withdrawn")

    order = models.OneToOneField(
        "orders.Order", primary_key=True, on_delete=models.PROTECT, related_name="pick_list"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    picker = models.CharField(max_length=150, blank=True)
    touched_at = models.DateTimeField(null=True)
    last_scan = ExactCharField(max_length=36, blank=True)
    created_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "orders_pick_list"
        verbose_name = _("pick list")
        verbose_name_plural = _("pick lists")
        indexes = (models.Index(fields=["state", "created_at"], name="orders_pick_list_open"),)

    def __str__(self) -> str:
        return str(self.order_id)


class PickLine(models.Model):
    """One article of a list: `found` are in the box, `missing` could not be found."""

    pick_list = models.ForeignKey(PickList, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    found = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    reason = models.CharField(max_length=16, blank=True, help_text=_("Why some are missing"))
    reported_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "orders_pick_line"
        verbose_name = _("pick line")
        verbose_name_plural = _("pick lines")
        constraints = (
            models.UniqueConstraint(fields=["pick_list", "product"], name="orders_pick_line_once"),
            models.CheckConstraint(
                condition=Q(found__gte=0, missing__gte=0, quantity__gte=F("found") + F("missing")),
                name="orders_pick_line_sum",
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id} {self.found}/{self.quantity}"
