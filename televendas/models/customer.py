"""The lean copy: what telesales may know of a customer, and the memory of those who are gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.fields import ExactCharField


class Customer(models.Model):
    """One customer of one source; of one who is gone a keyed hash and a version remain.

    `person` is that hash, of source and customer id. Versions are texts that sort as the source
    counts, compared within one source. In states other than `present` every column but `person`,
    `state`, `version`, `last_read`, `last_place` and `changed_at` is empty.
    """

    class State(models.TextChoices):
        """Whether the customer is there."""

        PRESENT = "present", _("present")
        DELETED = "deleted", _("deleted at the source")
        ERASED = "erased", _("erased for good")

    class PhoneProblem(models.TextChoices):
        """Why there is no phone."""

        NONE = "", pgettext_lazy("problem", "none")
        MISSING = "missing", _("the source has none")
        UNREADABLE = "unreadable", _("not a phone number")
        WITHHELD = "withheld", _("the customer opted out")

    person = ExactCharField(
        max_length=32, primary_key=True, help_text=_("Keyed hash of source and customer id")
    )
    state = ExactCharField(max_length=8, choices=State.choices)
    source = ExactCharField(max_length=32, blank=True)
    customer_id = ExactCharField(max_length=64, blank=True, help_text=_("The source's own id"))
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, null=True, help_text=_("E.164, such as +5511987654321"))  # noqa: DJ001 - no phone is null, as on the wire
    phone_problem = models.CharField(max_length=10, blank=True, choices=PhoneProblem.choices)
    region = models.CharField(max_length=32, blank=True, help_text=_("The source's code"))
    version = ExactCharField(max_length=40, help_text=_("The newest version applied"))
    last_read = ExactCharField(
        max_length=40, help_text=_("The version read last, applied or too old")
    )
    last_place = ExactCharField(
        max_length=32, blank=True, help_text=_("Partition and offset of the record read last")
    )
    first_seen_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(help_text=_("When a record last changed this row"))
    retain_until = models.DateField(null=True, help_text=_("Purged after this day"))

    class Meta:
        db_table = "televendas_customer"
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = (
            models.Index(fields=("state", "name", "person"), name="televendas_by_name"),
            models.Index(fields=("state", "region", "name"), name="televendas_by_region"),
            models.Index(fields=("changed_at",), name="televendas_by_change"),
            models.Index(fields=("first_seen_at", "person"), name="televendas_by_arrival"),
            models.Index(fields=("retain_until",), name="televendas_by_retention"),
        )

    def __str__(self) -> str:
        return str(self.person)
