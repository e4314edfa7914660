"""What staff changed of an article, for ever: its stock has movements, this is everything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.product import Product


class ProductChange(models.Model):
    """One field of one article that somebody changed; prices are in cents."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=16)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500, blank=True)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_product_change"
        verbose_name = _("product change")
        verbose_name_plural = _("product changes")

    def __str__(self) -> str:
        return f"{self.product_id} {self.field}"
