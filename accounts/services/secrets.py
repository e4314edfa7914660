"""Issues, rotates and revokes secrets; never more than two of an account are live."""

import secrets as randomness
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.domain import secrets as form
from accounts.models import Account, AccountSecret
from accounts.services import digests, verified

logger = structlog.get_logger(__name__)

DEFAULT_OVERLAP: Final = timedelta(days=7)


class UnableToIssueSecretError(Exception):
    """The account is unknown, or two of its secrets are live already."""


class UnableToFindSecretError(Exception):
    """No secret has that id."""


@transaction.atomic
def issue_secret(
    account_id: str, *, expires_at: datetime | None = None, now: datetime | None = None
) -> tuple[AccountSecret, str]:
    """Give the account one more secret; return it and its text, which is kept nowhere.

    Raises UnableToIssueSecretError when two are live, or for an unknown account.
    """
    moment = now or datetime.now(UTC)
    _lock(account_id)
    slot = _free_slot(account_id, moment)
    text = form.compose_secret(randomness.token_bytes(form.RANDOM_BYTES))
    pepper_id = settings.ACCOUNTS_CURRENT_PEPPER
    secret = AccountSecret(
        account_id=account_id,
        slot=slot,
        pepper_id=pepper_id,
        digest=digests.digest_of(text, pepper_id),
        hint=form.hint_of(text),
        created_at=moment,
        expires_at=expires_at,
    )
    _insert(secret)
    logger.info("secret_issued", account_id=account_id, secret_id=secret.id)
    return secret, text


@transaction.atomic
def rotate_secret(
    account_id: str, *, overlap: timedelta = DEFAULT_OVERLAP, now: datetime | None = None
) -> tuple[AccountSecret, str]:
    """Issue a new secret and let the one before end after `overlap`; both work until then.

    Raises UnableToIssueSecretError when two are live already: revoke one first.
    """
    moment = now or datetime.now(UTC)
    _lock(account_id)
    ends_at = moment + overlap
    AccountSecret.objects.filter(account_id=account_id, slot__isnull=False).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=ends_at)
    ).update(expires_at=ends_at)
    issued = issue_secret(account_id, now=moment)
    verified.forget_now_and_after(account_id)
    return issued


@transaction.atomic
def revoke_secret(secret_id: str, *, now: datetime | None = None) -> None:
    """End the secret at once; other processes notice within ACCOUNTS_CACHE_SECONDS.

    Revoking twice keeps the first moment. Raises UnableToFindSecretError.
    """
    secret = AccountSecret.objects.filter(id=secret_id).first()
    if secret is None:
        raise UnableToFindSecretError(_("No secret has this id."))
    AccountSecret.objects.filter(id=secret_id, revoked_at__isnull=True).update(
        revoked_at=now or datetime.now(UTC), slot=None
    )
    verified.forget_now_and_after(secret.account_id)
    logger.info("secret_revoked", account_id=secret.account_id, secret_id=secret_id)


def _lock(account_id: str) -> None:
    if not Account.objects.select_for_update().filter(id=account_id).exists():
        raise UnableToIssueSecretError(_("No account has this id."))


def _free_slot(account_id: str, now: datetime) -> int:
    live = AccountSecret.objects.filter(account_id=account_id, slot__isnull=False)
    live.filter(expires_at__lte=now).update(slot=None)
    taken = set(live.values_list("slot", flat=True))
    free = sorted(set(range(1, form.MOST_LIVE + 1)) - taken)
    if not free:
        raise UnableToIssueSecretError(_("Two secrets are live: revoke one of them first."))
    return free[0]


def _insert(secret: AccountSecret) -> None:
    try:
        with transaction.atomic():
            secret.save(force_insert=True)
    except IntegrityError as error:
        raise UnableToIssueSecretError(_("Another secret was issued at the same time.")) from error
