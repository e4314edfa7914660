"""Money calls and their answers: payments, refunds, invoice payments, and one-use tokens."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bank_grpc.models.card import Card
from messaging.fields import ExactCharField


class Request(models.Model):
    """What every money call keeps so that its repetition gets the same answer, for ever.

    `scope` is the caller (an account's id, a store, a holder) and `request_key` what it named the
    call by; without a name the row's own id stands there. `request_digest` is a keyed hash of what
    was asked for, the CVV left out.
    """

    scope = ExactCharField(max_length=191)
    request_key = ExactCharField(max_length=255)
    request_digest = ExactCharField(max_length=64)

    class Meta:
        abstract = True


class Payment(Request):
    """One decided payment; `id` is the `transaction_id` on the `payments` topic."""

    class Status(models.TextChoices):
        """The two decisions."""

        APPROVED = "approved", pgettext_lazy("payment", "approved")
        REJECTED = "rejected", pgettext_lazy("payment", "rejected")

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    card = models.ForeignKey(
        Card, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    store = models.CharField(max_length=120)
    description = models.CharField(max_length=255, blank=True)
    order_id = ExactCharField(max_length=64, blank=True)
    amount_cents = models.BigIntegerField()
    instalments = models.SmallIntegerField(default=1)
    status = models.CharField(max_length=8, choices=Status.choices)
    refusal_code = models.CharField(max_length=32, blank=True)
    balance_after_cents = models.BigIntegerField(null=True)
    limit_cents = models.BigIntegerField(
        null=True, help_text=_("The limit at that moment, to explain a refusal by")
    )
    refunded_cents = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bank_payment"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = (
            models.UniqueConstraint(fields=("scope", "request_key"), name="bank_payment_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="bank_payment_amount"),
            models.CheckConstraint(
                condition=Q(refunded_cents__gte=0, refunded_cents__lte=F("amount_cents")),
                name="bank_payment_refunded",
            ),
        )
        indexes = (models.Index(fields=("card", "created_at"), name="bank_payment_by_card"),)

    def __str__(self) -> str:
        return str(self.id)


class Refund(Request):
    """One refund, of a part or of all that is left of a payment."""

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = models.BigIntegerField()
    refunded_total_cents = models.BigIntegerField()
    balance_after_cents = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bank_refund"
        verbose_name = pgettext_lazy("card", "refund")
        verbose_name_plural = pgettext_lazy("card", "refunds")
        constraints = (
            models.UniqueConstraint(fields=("scope", "request_key"), name="bank_refund_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="bank_refund_amount"),
        )

    def __str__(self) -> str:
        return str(self.id)


class InvoicePayment(Request):
    """Money that the holder paid towards an invoice; it restores the limit at once."""

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="invoice_payments")
    month = models.CharField(max_length=7, help_text=_("The invoice, as YYYY-MM"))
    amount_cents = models.BigIntegerField()
    balance_after_cents = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bank_invoice_payment"
        verbose_name = _("invoice payment")
        verbose_name_plural = _("invoice payments")
        constraints = (
            models.UniqueConstraint(
                fields=("scope", "request_key"), name="bank_invoice_payment_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="bank_invoice_payment_amount"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class PaymentToken(models.Model):
    """The right to charge one verified card once: one shop, one order, one amount.

    `scope` is the shop as in its requests: a name may be another's too, and changes. Only a keyed
    hash of the token is kept. Its first approved payment spends it; one that nothing spent is
    trimmed long after it expired (`bank_grpc.housekeeping`).
    """

    token_hash = ExactCharField(primary_key=True, max_length=64)
    card_number = models.ForeignKey("CardNumber", on_delete=models.PROTECT, related_name="+")
    scope = ExactCharField(max_length=191)
    order_id = ExactCharField(max_length=64)
    amount_cents = models.BigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    payment = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="token"
    )

    class Meta:
        db_table = "bank_payment_token"
        verbose_name = _("payment token")
        verbose_name_plural = _("payment tokens")
        # Spent ones stay for ever: whoever looks for the others must not walk over them.
        indexes = (models.Index(fields=("payment", "expires_at"), name="bank_token_unspent"),)

    def __str__(self) -> str:
        return f"{self.scope} {self.order_id}"
