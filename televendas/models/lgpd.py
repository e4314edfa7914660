"""What proves that the copy forgets: the clock of each erasure, and the snapshots to sweep by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Erasure(models.Model):
    """One person's way out: when it was asked for, when nothing could be read any more."""

    class Cause(models.TextChoices):
        """Who asked."""

        EVENT = "event", _("the source's event")
        COMMAND = "command", _("erase_person")
        PURGE = "purge", _("retention ended")
        SWEEP = "sweep", _("missing from a full snapshot")

    person = ExactCharField(max_length=32, db_index=True)
    cause = models.CharField(max_length=8, choices=Cause.choices)
    requested_at = models.DateTimeField(help_text=_("The event's own time, or the command's"))
    unreadable_at = models.DateTimeField(help_text=_("No SQL finds the person from then on"))
    scrubbed_at = models.DateTimeField(
        null=True, help_text=_("The last byte is gone; null where the engine decides")
    )

    class Meta:
        db_table = "televendas_erasure"
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = (models.Index(fields=("requested_at",), name="televendas_erasure_time"),)

    def __str__(self) -> str:
        return f"{self.person} ({self.cause})"


class Snapshot(models.Model):
    """A full snapshot of one source: who was not in it is swept once all of it has been read."""

    source = ExactCharField(max_length=32)
    version = ExactCharField(max_length=40, help_text=_("The position that it was taken at"))
    ended_at = models.DateTimeField(help_text=_("When its last record was read"))
    ends = models.JSONField(help_text=_("Partition to the offset that must be read before a sweep"))
    swept_at = models.DateTimeField(null=True)
    swept = models.IntegerField(default=0, help_text=_("People it no longer mentioned"))

    class Meta:
        db_table = "televendas_snapshot"
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = (
            models.UniqueConstraint(fields=("source", "version"), name="televendas_snapshot_once"),
        )

    def __str__(self) -> str:
        return f"{self.source} at {self.version}"
