"""Dead letters and what waits for them: the records that a consumer could not process."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class DeadLetter(models.Model):
    """One record that failed for good: where it stands and why, never what it holds."""

    class State(models.TextChoices):
        """What became of the letter."""

        OPEN = "open", _("open")
        RESOLVED = "resolved", _("resolved")

    consumer = ExactCharField(max_length=64)
    topic = models.CharField(max_length=249)
    topic_id = ExactCharField(max_length=36)
    partition = models.IntegerField()
    offset = models.BigIntegerField()
    key_hash = ExactCharField(max_length=64, help_text=_("Keyed hash of the record's key"))
    event_id = models.CharField(max_length=36, blank=True)
    error_class = models.CharField(max_length=128)
    reason = models.CharField(max_length=255)
    recorded_at = models.DateTimeField(help_text=_("The record's own timestamp"))
    died_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    redrives = models.IntegerField(default=0, help_text=_("How often it was tried again"))
    redriven_at = models.DateTimeField(null=True, blank=True)
    redriven_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "messaging_dead_letter"
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        constraints = (
            models.UniqueConstraint(
                fields=("consumer", "topic_id", "partition", "offset"), name="dead_letter_once"
            ),
        )
        indexes = (
            models.Index(fields=("consumer", "state", "key_hash"), name="dead_letter_by_key"),
            models.Index(fields=("died_at",), name="dead_letter_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.consumer}: {self.topic}/{self.partition}@{self.offset}"


class ParkedRecord(models.Model):
    """A later record of a dead key, which waits in order until the dead one is resolved."""

    consumer = ExactCharField(max_length=64)
    topic = models.CharField(max_length=249)
    topic_id = ExactCharField(max_length=36)
    partition = models.IntegerField()
    offset = models.BigIntegerField()
    key_hash = ExactCharField(max_length=64)
    parked_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_parked_record"
        verbose_name = _("parked record")
        verbose_name_plural = _("parked records")
        constraints = (
            models.UniqueConstraint(
                fields=("consumer", "topic_id", "partition", "offset"), name="parked_once"
            ),
        )
        indexes = (models.Index(fields=("consumer", "key_hash", "offset"), name="parked_by_key"),)

    def __str__(self) -> str:
        return f"{self.consumer}: {self.topic}/{self.partition}@{self.offset}"


class RedriveRun(models.Model):
    """One redrive, kept for the audit: who tried what again, and what came of it."""

    consumer = ExactCharField(max_length=64)
    actor = models.CharField(max_length=150)
    filters = models.JSONField()
    is_dry_run = models.BooleanField()
    fates = models.JSONField(help_text=_("How many letters met each fate"))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_redrive_run"
        verbose_name = _("redrive")
        verbose_name_plural = _("redrives")

    def __str__(self) -> str:
        return f"{self.consumer} by {self.actor} at {self.started_at:%Y-%m-%d %H:%M:%S}"


class ConsumerHalt(models.Model):
    """A consumer that stopped for too many dead letters, until one record succeeds again."""

    consumer = ExactCharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=255)
    halted_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_consumer_halt"
        verbose_name = _("halted consumer")
        verbose_name_plural = _("halted consumers")

    def __str__(self) -> str:
        return f"{self.consumer} since {self.halted_at:%Y-%m-%d %H:%M:%S}"
