"""The inbox: which events a consumer has already applied on this database."""

from django.db import models

from messaging.fields import ExactCharField


class InboxEntry(models.Model):
    """One event that one consumer has applied; written in the transaction of the effect."""

    pk = models.CompositePrimaryKey("consumer", "event_id")
    consumer = ExactCharField(max_length=64)
    event_id = ExactCharField(max_length=36, help_text="UUID of the event, 36 characters")
    processed_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "messaging_inbox"
        verbose_name = "inbox entry"
        verbose_name_plural = "inbox entries"

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id}"
