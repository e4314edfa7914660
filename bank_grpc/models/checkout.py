"""Checkouts of shops: what was asked under which key, so that a repetition finds its answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField


class Checkout(models.Model):
    """One checkout under a client's key; committed before the bank is called.

    `id` is a keyed hash of caller and key, `request_digest` one of what was asked, the CVV left
    out. Until `status` and `answer` are there nobody knows what the bank said: the next request
    under the key asks the bank again, under the same key of the bank's.
    """

    id = ExactCharField(primary_key=True, max_length=64)
    caller = ExactCharField(max_length=64, help_text=_("The account's id"))
    request_digest = ExactCharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.SmallIntegerField(null=True, help_text=_("201 or 402; empty while unknown"))
    answer = models.TextField(blank=True, help_text=_("What is answered, as JSON"))

    class Meta:
        db_table = "bank_checkout"
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")

    def __str__(self) -> str:
        return str(self.id)
