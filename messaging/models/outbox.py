"""The outbox: events that a transaction has promised to Kafka and the relay has to send."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class OutboxMessage(models.Model):
    """One record for Kafka; `sent_at`, `partition` and `offset` come from the delivery report.

    A row that Kafka can never take is set aside with its reason, and the later rows of its key on
    the same topic wait behind it (`reason` is then `waits`) until a person releases them.
    """

    class Reason(models.TextChoices):
        """Why a row was set aside."""

        TOO_LARGE = "too_large", _("larger than the topic takes")
        UNKNOWN_TOPIC = "unknown_topic", _("the topic does not exist")
        REFUSED = "refused", _("refused by the broker")
        UNREADABLE = "unreadable", _("its headers cannot be read")
        WAITS = "waits", _("waits for an earlier row of its key")

    event_id = models.CharField(_("event id"), max_length=36)
    topic = models.CharField(_("topic"), max_length=249)
    key = ExactCharField(_("key"), max_length=255)
    headers = models.TextField(_("headers"), help_text=_("JSON object of header name to text"))
    payload = models.BinaryField(
        _("payload"), null=True, help_text=_("The record's value; null is a tombstone")
    )
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(
        _("sent at"), null=True, help_text=_("When the broker's delivery report was written down")
    )
    partition = models.IntegerField(_("partition"), null=True)
    offset = models.BigIntegerField(_("offset"), null=True)
    set_aside_at = models.DateTimeField(
        _("set aside at"), null=True, help_text=_("When the relay gave up sending this row")
    )
    reason = models.CharField(
        _("reason"), max_length=16, choices=Reason.choices, blank=True, db_default=""
    )

    class Meta:
        db_table = "messaging_outbox"
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        indexes: ClassVar = (
            models.Index(fields=("sent_at", "set_aside_at", "id"), name="outbox_unsent"),
            models.Index(fields=("key",), name="outbox_key"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.event_id}"
