"""Credit cards: a limit, what is used of it, and the numbers that have stood on the plastic."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bank_grpc.domain.closing import ClosingDays
from bank_grpc.domain.guessing import Guesses
from bank_grpc.domain.invoices import Month
from messaging.fields import ExactCharField


class CardStatus(models.TextChoices):
    """Whether a card may pay."""

    ACTIVE = "active", _("active")
    BLOCKED = "blocked", _("blocked")


class Card(models.Model):
    """One credit card account; `balance_cents` is what is used, negative when the bank owes.

    The balance moves by one conditional UPDATE alone, and the database itself refuses a balance
    above the limit. A replacement keeps the card, its ledger and its limit, and gives a number.
    """

    id = ExactCharField(primary_key=True, max_length=36, help_text=_("UUIDv7"))
    holder = models.CharField(max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=8, choices=CardStatus.choices, default=CardStatus.ACTIVE)
    limit_cents = models.BigIntegerField()
    balance_cents = models.BigIntegerField(default=0)
    closing_day = models.SmallIntegerField(default=28, help_text=_("Day of the month, 1 to 28"))
    closing_day_before = models.SmallIntegerField(
        null=True, blank=True, help_text=_("The day of the months before the change")
    )
    closing_day_since = ExactCharField(
        max_length=7, blank=True, help_text=_("The first month with the new day, as YYYY-MM")
    )
    wrong_codes = models.SmallIntegerField(
        default=0, help_text=_("How often in a row code or expiry were wrong")
    )
    wrong_code_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When code or expiry last were wrong")
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bank_card"
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = (
            models.CheckConstraint(condition=Q(limit_cents__gte=0), name="bank_card_limit"),
            models.CheckConstraint(
                condition=Q(balance_cents__lte=F("limit_cents")), name="bank_card_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(closing_day__gte=1, closing_day__lte=28), name="bank_card_closing_day"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def closing(self) -> ClosingDays:
        """Return on which days its invoices close."""
        since = Month.parse(self.closing_day_since) if self.closing_day_since else None
        return ClosingDays(self.closing_day, self.closing_day_before, since)

    @property
    def guesses(self) -> Guesses:
        """Return how often in a row its code was wrong."""
        return Guesses(self.wrong_codes, self.wrong_code_at)


class CardNumber(models.Model):
    """One number of a card, sealed; only the current one may pay."""

    fingerprint = ExactCharField(
        primary_key=True, max_length=64, help_text=_("Keyed hash of the number, for look-up")
    )
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="numbers")
    sealed = ExactCharField(max_length=255)
    brand = models.CharField(max_length=16)
    last4 = models.CharField(max_length=4)
    expiration_month = models.SmallIntegerField()
    expiration_year = models.SmallIntegerField()
    issued_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "bank_card_number"
        verbose_name = _("card number")
        verbose_name_plural = _("card numbers")

    def __str__(self) -> str:
        return f"•••• {self.last4}"


class CardChange(models.Model):
    """One thing done to a card by a person or a command, for the audit."""

    class Kind(models.TextChoices):
        """What was done."""

        ISSUED = "issued", _("issued")
        BLOCKED = "blocked", _("blocked")
        UNBLOCKED = "unblocked", _("unblocked")
        REPLACED = "replaced", _("replaced")
        LIMIT = "limit", _("limit changed")
        RESUMED = "resumed", _("pause lifted")
        CLOSING = "closing", _("closing day changed")

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    limit_before_cents = models.BigIntegerField(null=True)
    limit_after_cents = models.BigIntegerField(null=True)
    closing_day_before = models.SmallIntegerField(null=True)
    closing_day_after = models.SmallIntegerField(null=True)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "bank_card_change"
        verbose_name = _("card change")
        verbose_name_plural = _("card changes")

    def __str__(self) -> str:
        return f"{self.card_id} {self.kind}"


class HolderInvitation(models.Model):
    """A one-use way for a holder to get a login; of its token only a keyed hash is kept."""

    token_hash = ExactCharField(primary_key=True, max_length=64)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "bank_holder_invitation"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.card_id} until {self.expires_at:%Y-%m-%d}"
