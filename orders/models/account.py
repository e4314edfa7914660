"""Logins of the shop: whose record a login may see, and which orders are in its list."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.customer import Customer
from orders.models.order import Order


class ShopAccount(models.Model):
    """A login made at the shop.

    `customer` is the record that it made, None where the shop knew the e-mail or document before:
    a form proves nobody. `known_at` is when the login itself last wrote there.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="accounts"
    )
    known_at = models.DateTimeField()

    class Meta:
        db_table = "orders_account"
        verbose_name = _("shop account")
        verbose_name_plural = _("shop accounts")

    def __str__(self) -> str:
        return str(self.user_id)


class AccountOrder(models.Model):
    """An order in a login's list; `is_own` where it was placed there, not opened by its link."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    is_own = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_account_order"
        verbose_name = _("order of an account")
        verbose_name_plural = _("orders of accounts")
        constraints = (
            models.UniqueConstraint(fields=["user", "order"], name="orders_account_order_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.order_id}"
