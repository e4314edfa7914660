"""Coupons, and the campaigns whose forms hand them out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Coupon(models.Model):
    """What takes a percentage or an amount off an order, so many times, between two moments."""

    code = ExactCharField(primary_key=True, max_length=32, help_text=_("In capital letters"))
    percent = models.SmallIntegerField(null=True, blank=True)
    amount_cents = models.BigIntegerField(null=True, blank=True)
    minimum_cents = models.BigIntegerField(default=0, help_text=_("What must be ordered at least"))
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    uses = models.IntegerField(help_text=_("How many orders may use it"))
    used = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "orders_coupon"
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=90, amount_cents=None)
                | Q(percent=None, amount_cents__gte=1),
                name="orders_coupon_worth",
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("uses")), name="orders_coupon_uses"
            ),
        )

    def __str__(self) -> str:
        return str(self.code)


class Campaign(models.Model):
    """A form under `/campaign/<slug>/` by which people enter and get a coupon."""

    slug = models.SlugField(primary_key=True, max_length=40)
    title_en = models.CharField(max_length=120)
    title_pt = models.CharField(max_length=120)
    text_en = models.CharField(max_length=500, blank=True)
    text_pt = models.CharField(max_length=500, blank=True)
    coupon = models.ForeignKey(Coupon, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orders_campaign"
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return str(self.slug)
