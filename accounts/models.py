"""Merchants' accounts, their secrets and their people; the database keeps the limits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from messaging.fields import ExactCharField


def new_id() -> str:
    """Return a fresh UUIDv7 as 36 characters of text."""
    return str(uuid7())


class Account(models.Model):
    """A merchant: the owner of transactions, known outside by its id."""

    id = ExactCharField(_("id"), primary_key=True, max_length=36, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    active = models.BooleanField(
        pgettext_lazy("account", "active"),
        default=True,
        help_text=_("An account that is not active is refused."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        related_name="merchant_accounts",
        verbose_name=_("users"),
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class AccountSecret(models.Model):
    """A secret as we keep it: an HMAC, never the text.

    A live secret holds one of the account's two slots; a unique constraint on them is what keeps
    a third from ever being live, whatever runs at the same time.
    """

    id = ExactCharField(_("id"), primary_key=True, max_length=36, default=new_id, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="secrets", verbose_name=_("account")
    )
    slot = models.PositiveSmallIntegerField(_("slot"), null=True, editable=False)
    pepper_id = ExactCharField(_("pepper"), max_length=32, editable=False)
    digest = ExactCharField(_("digest"), max_length=64, editable=False)
    hint = ExactCharField(
        _("ends in"), max_length=4, editable=False, help_text=_("The secret's last characters.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(
        _("last used at"), null=True, editable=False, help_text=_("To the minute.")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "slot"], name="accounts_secret_slot_once"),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot__in=[1, 2]),
                name="accounts_secret_two_slots",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(slot__isnull=True),
                name="accounts_secret_revoked_holds_no_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"


class Membership(models.Model):
    """A person who may see what belongs to an account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "account"], name="accounts_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.account}"


class Lockout(models.Model):
    """How many wrong secrets came for one account from one address, or (`*`) from all.

    `scope` is the account's id, or for ids that no account has one of a bounded set of names.
    """

    scope = ExactCharField(_("account"), max_length=36)
    address = ExactCharField(_("address"), max_length=45)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    window_started_at = models.DateTimeField(_("counted since"), db_index=True)
    locked_until = models.DateTimeField(_("locked until"), null=True)

    class Meta:
        verbose_name = _("lockout")
        verbose_name_plural = _("lockouts")
        constraints = [
            models.UniqueConstraint(fields=["scope", "address"], name="accounts_lockout_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.address}"


class RateWindow(models.Model):
    """How much of its rate an account has used in the window that is running."""

    account_id = ExactCharField(primary_key=True, max_length=36)
    window_ends_ms = models.BigIntegerField(help_text="Unix milliseconds")
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("rate window")
        verbose_name_plural = _("rate windows")

    def __str__(self) -> str:
        return str(self.account_id)
