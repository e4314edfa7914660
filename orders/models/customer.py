"""Customers: the shop's full record of a person, of which telesales gets four fields."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Customer(models.Model):
    """One person, however often and by whichever door they came.

    `document_hash` and `email_hash` are keyed hashes that find the person again; what they stand
    for is sealed. `version` counts the changes told on the topic `customers`. An erased row keeps
    its id, its version and nothing of the person.
    """

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text=_("E.164"))
    phone_hash = ExactCharField(max_length=64, blank=True)
    region = models.CharField(max_length=8, blank=True)
    document_hash = ExactCharField(max_length=64, null=True, unique=True)
    email_hash = ExactCharField(max_length=64, null=True, unique=True)
    sealed_document = models.TextField(blank=True)
    sealed_email = models.TextField(blank=True)
    sealed_address = models.TextField(blank=True)
    telesales_opt_out = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="pt-br")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_customer"
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """What a person was told and agreed to, by which door, in which wording."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    door = models.CharField(max_length=60, help_text=_("purchase, signup or campaign:<slug>"))
    notice = models.CharField(max_length=40, help_text=_("Version of the notice that was shown"))
    telesales = models.BooleanField(help_text=_("Whether calls were agreed to"))
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_consent"
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.door}"
