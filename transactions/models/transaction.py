"""The request of a merchant and what became of it, as the merchant may see it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Status(models.TextChoices):
    """Pending until the processor has decided; the two decisions are final."""

    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Transaction(models.Model):
    """One transaction; everything but the decision and its times is fixed when it is accepted.

    Outside producers' transactions appear here once decided, so that their merchant sees them.
    """

    id = ExactCharField(
        primary_key=True, max_length=64, help_text=_("The transaction's public id.")
    )
    account_id = ExactCharField(max_length=64, help_text=_("The merchant's account."))
    amount_cents = models.BigIntegerField(help_text=_("The amount in cents."))
    currency = models.CharField(max_length=3, default="BRL", help_text=_("ISO 4217 code."))
    status = models.CharField(
        max_length=8,
        choices=Status.choices,
        default=Status.PENDING,
        help_text=_("Pending until decided, then approved or rejected for good."),
    )
    error_code = models.CharField(
        max_length=64, default="", blank=True, help_text=_("Why it was rejected, as a code.")
    )
    error_message = models.CharField(
        max_length=255, default="", blank=True, help_text=_("Why it was rejected, in words.")
    )
    card_brand = models.CharField(
        max_length=16, default="", blank=True, help_text=_("The card's brand; empty if unknown.")
    )
    card_last4 = models.CharField(max_length=4, help_text=_("The card number's last four digits."))
    card_expiration_month = models.SmallIntegerField(help_text=_("The card's month of expiry."))
    card_expiration_year = models.SmallIntegerField(help_text=_("The card's year of expiry."))
    card_holder = models.CharField(max_length=255, help_text=_("The name on the card."))
    card_token = ExactCharField(
        max_length=64, default="", help_text=_("A keyed fingerprint of the card's number.")
    )
    description = models.CharField(
        max_length=255, default="", blank=True, help_text=_("The merchant's own words.")
    )
    metadata = models.JSONField(
        default=dict, blank=True, help_text=_("The merchant's own keys and values.")
    )
    request_id = models.CharField(
        max_length=64, default="", blank=True, help_text=_("The request that brought it.")
    )
    created_at = models.DateTimeField(help_text=_("When it was accepted."))
    processed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the processor decided.")
    )
    result_read_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the decision was read back from Kafka.")
    )
    shown_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a panel first showed the decision.")
    )

    class Meta:
        db_table = "transactions_transaction"
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        indexes = (
            models.Index(fields=("account_id", "created_at", "id"), name="transaction_list"),
            models.Index(fields=("created_at",), name="transaction_created"),
            # Holds all that the panel's tiles add up, so that a million rows are counted from it.
            models.Index(
                fields=("account_id", "status", "error_code", "amount_cents"),
                name="transaction_tiles",
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="transaction_decided_when_processed",
                condition=models.Q(status="pending", processed_at__isnull=True)
                | models.Q(status__in=("approved", "rejected"), processed_at__isnull=False),
            ),
            # An outside producer may ask for a negative amount; it is rejected, and shown so.
            models.CheckConstraint(
                name="transaction_negative_only_if_rejected",
                condition=models.Q(amount_cents__gte=0) | models.Q(status="rejected"),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
