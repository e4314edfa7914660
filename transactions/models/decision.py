"""Decisions: what the processor found, once and for good."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Decision(models.Model):
    """The decision on one transaction, whoever asked for it; written by the processor alone.

    Of the card it keeps brand, last four digits and a keyed fingerprint.
    """

    id = ExactCharField(primary_key=True, max_length=64, help_text=_("The transaction's id."))
    event_id = models.CharField(
        max_length=36, help_text=_("The id under which the result is published, always the same.")
    )
    account_id = ExactCharField(
        max_length=64, help_text=_("The merchant's account; it may be unknown here.")
    )
    status = models.CharField(max_length=8, help_text=_("Approved or rejected."))
    error_code = models.CharField(
        max_length=64, default="", blank=True, help_text=_("Why it was rejected, as a code.")
    )
    error_message = models.CharField(
        max_length=255, default="", blank=True, help_text=_("Why it was rejected, in words.")
    )
    amount_cents = models.BigIntegerField(help_text=_("The amount in cents, as it was asked for."))
    currency = models.CharField(max_length=3, default="BRL", help_text=_("ISO 4217 code."))
    card_brand = models.CharField(
        max_length=16, default="", blank=True, help_text=_("The card's brand; empty if unknown.")
    )
    card_last4 = models.CharField(
        max_length=4, default="", blank=True, help_text=_("The card number's last four digits.")
    )
    card_token = ExactCharField(
        max_length=64, default="", blank=True, help_text=_("A keyed fingerprint of the number.")
    )
    created_at = models.DateTimeField(help_text=_("When the transaction was asked for."))
    processed_at = models.DateTimeField(help_text=_("When the processor decided."))

    class Meta:
        db_table = "transactions_decision"
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.CheckConstraint(
                name="decision_is_one_of_two",
                condition=models.Q(status="approved", error_code="", error_message="")
                | (models.Q(status="rejected") & ~models.Q(error_code="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.status}"
