"""The outbox: events that a transaction has promised to Kafka and the relay has to send."""

from django.db import models

from messaging.fields import ExactCharField


class OutboxMessage(models.Model):
    """One record for Kafka; `sent_at`, `partition` and `offset` come from the delivery report."""

    event_id = models.CharField(max_length=36)
    topic = models.CharField(max_length=249)
    key = ExactCharField(max_length=255)
    headers = models.TextField(help_text="JSON object of header name to text")
    payload = models.BinaryField(null=True, help_text="The record's value; null is a tombstone")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    partition = models.IntegerField(null=True)
    offset = models.BigIntegerField(null=True)

    class Meta:
        db_table = "messaging_outbox"
        verbose_name = "outbox message"
        indexes = (
            models.Index(fields=("sent_at", "id"), name="outbox_sent_id"),
            models.Index(fields=("key",), name="outbox_key"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.event_id}"
