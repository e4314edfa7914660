"""Who looked at whom, when and why; kept by value, for the users live in another database."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class AuditLine(models.Model):
    """One read or act of a person; lines are never changed, and hold nobody's name or phone."""

    class Action(models.TextChoices):
        """What was done."""

        LIST = "list", _("list read")
        REVEAL = "reveal", _("phone revealed")
        EXPORT = "export", _("list exported")
        CLAIM = "claim", _("call claimed")
        OUTCOME = "outcome", _("call outcome")
        RELEASE = "release", _("call put back")
        OPT_OUT = "opt_out", _("opt-out recorded")
        OPT_IN = "opt_in", _("opt-out taken back")
        IMPORT = "import", _("opt-outs imported")
        REPORT = "report", _("person report")
        ERASE = "erase", _("person erased")
        PURGE = "purge", _("retention purge")

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, help_text=_("User id; null for a command"))
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=10, choices=Action.choices)
    person = ExactCharField(max_length=32, blank=True, help_text=_("Keyed hash; empty for a list"))
    reason = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, help_text=_("Filters and counts; nothing personal"))

    class Meta:
        db_table = "televendas_audit"
        verbose_name = _("audit line")
        verbose_name_plural = _("audit lines")
        indexes = (
            models.Index(fields=("person", "at"), name="televendas_audit_person"),
            models.Index(fields=("actor_id", "action", "at"), name="televendas_audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.at:%Y-%m-%d %H:%M:%S}"


class RevealQuota(models.Model):
    """How many phones one agent has revealed on one day; raised by a conditional update."""

    actor_id = models.BigIntegerField()
    day = models.DateField()
    used = models.IntegerField(default=0)

    class Meta:
        db_table = "televendas_reveal_quota"
        constraints = (
            models.UniqueConstraint(fields=("actor_id", "day"), name="televendas_quota_once"),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} on {self.day}: {self.used}"
