"""The ledger: every movement twice, once on each side, so that all of it sums to zero."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.fields import ExactCharField

CASH: Final = "cash"


class LedgerEntry(models.Model):
    """One side of one movement; the entries of an operation sum to zero.

    `account` is `card:<card id>` (what the holder owes), `store:<store>` (what the bank owes the
    shop, negative) or `cash` (what holders paid in). Entries are never changed.
    """

    class Kind(models.TextChoices):
        """What moved."""

        PAYMENT = "payment", _("payment")
        REFUND = "refund", pgettext_lazy("card", "refund")
        INVOICE_PAYMENT = "invoice_payment", _("invoice payment")

    operation_id = ExactCharField(max_length=36, help_text=_("Id of the payment, refund or other"))
    account = ExactCharField(max_length=160)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    amount_cents = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bank_ledger_entry"
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = (
            models.UniqueConstraint(fields=("operation_id", "account"), name="bank_ledger_once"),
            models.CheckConstraint(condition=~Q(amount_cents=0), name="bank_ledger_amount"),
        )
        indexes = (models.Index(fields=("account", "created_at"), name="bank_ledger_account"),)

    def __str__(self) -> str:
        return f"{self.operation_id} {self.account}"
