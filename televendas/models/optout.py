"""Who must not be called: phones by keyed hash, from our own list and from imported ones."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class OptOut(models.Model):
    """One phone that may not be called from `effective_on`; it outlives the customer's row."""

    class Origin(models.TextChoices):
        """Where the opt-out came from."""

        OWN = "own", _("our own list")
        IMPORT = "import", _("imported list")
        CALL = "call", _("asked for in a call")

    phone_hash = ExactCharField(
        max_length=32, primary_key=True, help_text=_("Keyed hash of the E.164 number")
    )
    effective_on = models.DateField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=150)

    class Meta:
        db_table = "televendas_opt_out"
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        indexes = (
            models.Index(fields=("added_at", "phone_hash"), name="televendas_opt_out_added"),
        )

    def __str__(self) -> str:
        return str(self.phone_hash)
