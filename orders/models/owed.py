"""What an order still owes: money on its way back, and steps that need a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField
from orders.models.order import Order


class RefundDue(models.Model):
    """Money that the bank is to give back, written before it is asked; the id is its request's.

    `by_hand` says that a person gave it back in another way: `made_at` without the bank's
    `refund_id`. One that has both was given back twice.
    """

    request_id = ExactCharField(primary_key=True, max_length=120)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    amount_cents = models.BigIntegerField()
    refund_id = ExactCharField(max_length=36, blank=True)
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        db_table = "orders_refund_due"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = (
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="orders_refund_amount"),
        )

    def __str__(self) -> str:
        return str(self.request_id)


class PersonTask(models.Model):
    """A step that could not finish by itself; a person tries it again, or settles it by hand.

    `note` says how, where it was settled by hand, and is empty otherwise.
    """

    class Step(models.TextChoices):
        """What could not finish."""

        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")

    request_id = ExactCharField(primary_key=True, max_length=120)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=10, choices=Step.choices)
    reason = models.CharField(max_length=120, help_text=_("The bank's code"))
    tries = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "orders_person_task"
        verbose_name = _("task for a person")
        verbose_name_plural = _("tasks for a person")
        indexes = (models.Index(fields=["done_at", "created_at"], name="orders_task_open"),)

    def __str__(self) -> str:
        return str(self.request_id)

    @property
    def may_be_settled(self) -> bool:
        """Tell whether a person may settle it by hand: whether a card was charged, nobody knows."""
        return self.step == self.Step.REFUND


class TaskTry(models.Model):
    """A person has tried a step again, or settled it; nobody changes or deletes what stands here.

    `note` is there where they settled it by hand.
    """

    task = models.ForeignKey(PersonTask, on_delete=models.CASCADE, related_name="by_hand")
    actor = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_task_try"
        verbose_name = _("try by a person")
        verbose_name_plural = _("tries by a person")

    def __str__(self) -> str:
        return f"{self.task_id} {self.actor}"
