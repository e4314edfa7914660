"""What the last check of each money invariant found, for the page and the metrics."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvariantResult(models.Model):
    """The last result of one invariant; `examples` are ids of what breaks it, a few at most."""

    name = models.CharField(primary_key=True, max_length=64)
    broken = models.IntegerField(help_text=_("How many break it; none where it holds"))
    examples = models.JSONField(default=list)
    checked_at = models.DateTimeField()
    seconds = models.FloatField(help_text=_("How long the check took"))
    red_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "bank_invariant_result"
        verbose_name = _("invariant")
        verbose_name_plural = _("invariants")

    def __str__(self) -> str:
        return f"{self.name}: {self.broken}"
