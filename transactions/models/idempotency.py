"""Idempotency keys: which request of a merchant was accepted under which key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class IdempotencyKey(models.Model):
    """One key of one account, kept so that a repeated request finds its first answer.

    Neither the key nor the request is stored: `id` is an HMAC of account and key, `fingerprints`
    holds an HMAC per field, and the answer is made again from the transaction.
    """

    id = ExactCharField(primary_key=True, max_length=43)
    transaction_id = ExactCharField(max_length=64)
    fingerprints = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "transactions_idempotency_key"
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")

    def __str__(self) -> str:
        return str(self.id)
