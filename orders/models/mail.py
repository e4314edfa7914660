"""The mail log: what a customer was written about, when, and never to which address."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class Mail(models.Model):
    """One mail of one event of an order; `version` is the event's, so that a replay finds it."""

    class Status(models.TextChoices):
        """Where the mail stands."""

        DUE = "due", _("due")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("not needed")
        REFUSED = "refused", _("refused by the mail server")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mails")
    version = models.IntegerField()
    notice = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DUE)
    reason = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_mail"
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = (
            models.UniqueConstraint(fields=["order", "version"], name="orders_mail_once"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.notice}"
