"""Exports: the receipt of each CSV, and what is needed to give the same bytes again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Export(models.Model):
    """One export of an account's decided transactions; complete once `sha256` is there.

    `recent_ids` names the rows decided in the last minute before `as_of`: a decision may be
    committed a moment after the time it bears, and must not slip into a later run.
    """

    id = ExactCharField(primary_key=True, max_length=36)
    account_id = ExactCharField(max_length=64, db_index=True)
    filter = models.JSONField(default=dict)
    as_of = models.DateTimeField()
    recent_ids = models.JSONField(default=list)
    rows = models.BigIntegerField(null=True)
    amount_cents = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "transactions_export"
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return str(self.id)
