"""Fraud: rule sets, what each order's verdict was made of, lists, and what people did."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.fields import ExactCharField
from orders.models.order import Order


class FraudRuleSet(models.Model):
    """One version of the rules, which never changes once it is here.

    `is_active` is true for the one that decides and null for all others: the unique key lets a
    second one in nowhere. A shadow is judged by beside it, without effect.
    """

    version = ExactCharField(primary_key=True, max_length=40)
    rules = models.TextField(help_text=_("JSON, as docs/guides/fraud.md has it"))
    is_active = models.BooleanField(null=True, unique=True)
    is_shadow = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "orders_fraud_ruleset"
        verbose_name = _("fraud rule set")
        verbose_name_plural = _("fraud rule sets")

    def __str__(self) -> str:
        return str(self.version)


class FraudReceipt(models.Model):
    """How one order was judged: facts and readings as JSON, and what a person made of it.

    `decided` is the verdict that was published, empty while the order waits for one.
    """

    order = models.OneToOneField(
        Order, primary_key=True, on_delete=models.CASCADE, related_name="receipt"
    )
    ruleset = ExactCharField(max_length=40)
    verdict = models.CharField(max_length=8)
    score = models.IntegerField()
    facts = models.TextField()
    readings = models.TextField()
    judged_at = models.DateTimeField(db_index=True)
    decided = models.CharField(max_length=8, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "orders_fraud_receipt"
        verbose_name = _("fraud receipt")
        verbose_name_plural = _("fraud receipts")

    def __str__(self) -> str:
        return f"{self.order_id} {self.verdict}"


class FraudShadowVerdict(models.Model):
    """What a shadow rule set would have made of the same facts."""

    receipt = models.ForeignKey(FraudReceipt, on_delete=models.CASCADE, related_name="shadows")
    ruleset = ExactCharField(max_length=40)
    verdict = models.CharField(max_length=8)
    score = models.IntegerField()

    class Meta:
        db_table = "orders_fraud_shadow"
        verbose_name = _("shadow verdict")
        verbose_name_plural = _("shadow verdicts")
        indexes = (models.Index(fields=["ruleset", "verdict"], name="orders_fraud_shadow_sum"),)
        constraints = (
            models.UniqueConstraint(fields=["receipt", "ruleset"], name="orders_fraud_shadow_once"),
        )

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.ruleset} {self.verdict}"


class FraudListEntry(models.Model):
    """One card, customer or phone that is always refused, or always cleared, until it expires.

    `value` is a fingerprint, an id or a keyed hash: nothing that a person could read. A subject
    stands on one list at a time. Who takes it off ends it: it can be put back as it was.
    """

    class ListName(models.TextChoices):
        """Which list."""

        BLOCK = "block", _("block list")
        ALLOW = "allow", _("allow list")

    class Kind(models.TextChoices):
        """What is listed."""

        CARD = "card", _("card")
        CUSTOMER = "customer", _("customer")
        PHONE = "phone", _("phone")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = ExactCharField(max_length=64)
    list_name = models.CharField(max_length=5, choices=ListName.choices)
    label = models.CharField(max_length=40, blank=True, help_text=_("How staff know it again"))
    reason = models.CharField(max_length=200)
    order_id = ExactCharField(max_length=36, blank=True, help_text=_("Where it was added from"))
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "orders_fraud_list"
        verbose_name = _("fraud list entry")
        verbose_name_plural = _("fraud list entries")
        indexes = (models.Index(fields=["created_at"], name="orders_fraud_list_time"),)
        constraints = (
            models.UniqueConstraint(fields=["kind", "value"], name="orders_fraud_list_once"),
        )

    def __str__(self) -> str:
        return f"{self.list_name} {self.kind}"

    @staticmethod
    def in_force(now: datetime) -> models.Q:
        """Return what finds the entries that count at `now`."""
        is_running = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return is_running & models.Q(ended_at=None)


class FraudAct(models.Model):
    """What a person did about fraud, for ever: verdicts, lists, rule sets."""

    class Kind(models.TextChoices):
        """What was done."""

        CLEARED = "cleared", _("order cleared")
        REFUSED = "refused", _("order refused")
        LISTED = "listed", _("put on a list")
        UNLISTED = "unlisted", _("taken off a list")
        RELISTED = "relisted", _("put back on a list")
        ADDED = "added", _("rule set added")
        ACTIVATED = "activated", _("rule set activated")
        SHADOWED = "shadowed", _("rule set runs as a shadow")
        RESTED = "rested", _("shadow ended")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=80, help_text=_("The order, list entry or rule set"))
    order_id = ExactCharField(max_length=36, blank=True)
    note = models.CharField(max_length=500, blank=True)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_fraud_act"
        verbose_name = _("fraud act")
        verbose_name_plural = _("fraud acts")
        indexes = (models.Index(fields=["at"], name="orders_fraud_act_time"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
