"""Whether a service of the saga waits for something outside, as its own process last said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class WorkerSignal(models.Model):
    """One row for each consumer of the saga; empty `waits_since` is a service that goes on."""

    name = ExactCharField(primary_key=True, max_length=64)
    waits_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=120, blank=True, help_text=_("The error's class"))
    dead_letters = models.IntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orders_worker_signal"
        verbose_name = _("signal of a service")
        verbose_name_plural = _("signals of services")

    def __str__(self) -> str:
        return str(self.name)
