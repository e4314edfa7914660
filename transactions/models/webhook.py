"""Webhooks: which address wants to hear what, and what became of each message to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Webhook(models.Model):
    """An address of a merchant that is told of decisions.

    `sealed_secret` signs the messages; it was shown once, when the webhook was made.
    """

    id = ExactCharField(primary_key=True, max_length=36)
    account_id = ExactCharField(
        max_length=64, db_index=True, help_text=_("The merchant's account.")
    )
    url = models.CharField(max_length=2048, help_text=_("Where the messages are posted to."))
    events = models.JSONField(help_text=_("Which events are told."))
    enabled = models.BooleanField(default=True, help_text=_("Off: nothing is told."))
    sealed_secret = models.CharField(max_length=255, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "transactions_webhook"
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One message to one webhook: its bytes, and when it is due.

    `due_at` is null once it succeeded or was given up. Whoever sends it first holds it until
    `leased_until`, so that two senders never send the same attempt.
    """

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = ExactCharField(max_length=36, help_text=_("The event's id, in every attempt."))
    event_type = models.CharField(max_length=64)
    transaction_id = ExactCharField(max_length=64, db_index=True)
    body = models.TextField(help_text=_("The JSON that is posted, the same in every attempt."))
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)
    leased_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=36, default="", blank=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "transactions_webhook_delivery"
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = (
            models.UniqueConstraint(
                fields=("webhook", "event_id"), name="webhook_delivery_once_per_event"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"


class WebhookAttempt(models.Model):
    """One try to deliver a message; the answer's body is not kept."""

    id = ExactCharField(primary_key=True, max_length=36)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(db_index=True, help_text=_("When it was sent."))
    response_status = models.PositiveSmallIntegerField(
        null=True, help_text=_("The answer's status; empty when none came.")
    )
    duration_ms = models.PositiveIntegerField(help_text=_("How long it took, in milliseconds."))
    error = models.CharField(
        max_length=64, default="", blank=True, help_text=_("Why it failed, as a code.")
    )
    next_at = models.DateTimeField(null=True, help_text=_("When the next try is due."))

    class Meta:
        db_table = "transactions_webhook_attempt"
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")

    def __str__(self) -> str:
        return f"{self.id} {self.response_status or self.error}"
