"""Statements and invoices: what the topic `payments` has told of a card, in its order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class StatementLine(models.Model):
    """One posted movement of a card, made from one record of `payments`.

    `movement_id` (of payment, refund or invoice payment) is unique, so that a replay past the
    inbox changes nothing. Order is the record's offset; `posted_at` is the record's timestamp.
    """

    movement_id = ExactCharField(primary_key=True, max_length=36)
    card_id = ExactCharField(max_length=36)
    transaction_id = ExactCharField(max_length=36, help_text=_("The charge that it belongs to"))
    kind = models.CharField(max_length=16)
    amount_cents = models.BigIntegerField(help_text=_("Positive; the kind gives the sign"))
    store = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=255, blank=True)
    instalments = models.SmallIntegerField(default=1)
    authorised_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    balance_after_cents = models.BigIntegerField()
    partition = models.IntegerField()
    offset = models.BigIntegerField()

    class Meta:
        db_table = "bank_statement_line"
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        indexes = (
            models.Index(fields=("card_id", "offset"), name="bank_statement_by_card"),
            models.Index(fields=("card_id", "posted_at"), name="bank_statement_by_time"),
        )

    def __str__(self) -> str:
        return str(self.movement_id)


class Invoice(models.Model):
    """One closed month (fatura) of a card; closed invoices never change.

    It holds the card's lines up to `through_offset` that no earlier invoice holds, and a line that
    comes later stands in a later one. What is paid of it is no column: `domain.invoices.settle`.
    """

    card_id = ExactCharField(max_length=36)
    month = models.CharField(max_length=7, help_text=_("YYYY-MM"))
    closing_date = models.DateField()
    due_date = models.DateField()
    total_cents = models.BigIntegerField()
    minimum_cents = models.BigIntegerField()
    through_offset = models.BigIntegerField(help_text=_("Of its last statement line, or -1"))
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "bank_invoice"
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = (
            models.UniqueConstraint(fields=("card_id", "month"), name="bank_invoice_once"),
        )

    def __str__(self) -> str:
        return f"{self.card_id} {self.month}"
