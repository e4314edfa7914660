"""Answers whether a secret is the account's, at one cost for right, wrong and unknown."""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db.models import Q

from accounts.models import AccountSecret
from accounts.services import digests, lockouts, verified
from accounts.services.verified import Merchant

logger = structlog.get_logger(__name__)

_TOUCH_EVERY: Final = timedelta(minutes=1)


class WrongSecretError(Exception):
    """No live secret of that account is this one; whether the account exists is not said."""


@dataclass(frozen=True, slots=True)
class _Kept:
    id: str
    pepper_id: str
    digest: str
    expires_at: datetime | None
    last_used_at: datetime | None
    account_name: str


def verify(account_id: str, secret: str, address: str) -> Merchant:
    """Return the merchant, from memory where it was verified some seconds ago.

    Raises WrongSecretError, or LockedError after too many of them.
    """
    key = verified.key_of(account_id, secret, address)
    return verified.recall(key) or _verify_anew(key, account_id, secret, address)


def _verify_anew(key: bytes, account_id: str, secret: str, address: str) -> Merchant:
    now = datetime.now(UTC)
    kept = _live_secrets(account_id)
    scope = account_id if kept else _scope_of_unknown(account_id)
    lockouts.refuse_if_locked(scope, address, now)
    match = _matching(kept, secret, now)
    if match is None:
        lockouts.count_failure(scope, address, now)
        # Not the id as given: people paste their secret into the wrong field.
        logger.info("secret_refused", scope=scope, address=address)
        raise WrongSecretError
    _touch(match, secret, now)
    merchant = Merchant(account_id, match.account_name, match.id)
    verified.remember(key, merchant, at_most_seconds=_seconds_left(match, now))
    return merchant


def _live_secrets(account_id: str) -> list[_Kept]:
    rows = AccountSecret.objects.filter(
        account_id=account_id, slot__isnull=False, account__active=True
    ).order_by("slot")
    return [
        _Kept(*row)
        for row in rows.values_list(
            "id", "pepper_id", "digest", "expires_at", "last_used_at", "account__name"
        )
    ]


def _scope_of_unknown(account_id: str) -> str:
    """Return one of 65,536 names, so that guessed ids fill no table and cost what real ones do."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), account_id.encode(), "sha256")
    return f"unknown:{digest.hex()[:4]}"


def _matching(kept: Sequence[_Kept], secret: str, now: datetime) -> _Kept | None:
    peppers = settings.ACCOUNTS_SECRET_PEPPERS
    computed = {pepper_id: digests.digest_of(secret, pepper_id) for pepper_id in peppers}
    found = None
    for candidate in kept:
        digest = computed.get(candidate.pepper_id, digests.NO_DIGEST)
        # Both are always compared, so that time does not tell which slot was right.
        is_equal = digests.equals(digest, candidate.digest)
        if is_equal and (candidate.expires_at is None or candidate.expires_at > now):
            found = candidate
    return found


def _touch(match: _Kept, secret: str, now: datetime) -> None:
    """Note the use, at most once a minute, and move the digest to the current pepper."""
    floor = now - _TOUCH_EVERY
    current = settings.ACCOUNTS_CURRENT_PEPPER
    is_fresh = match.last_used_at is not None and match.last_used_at > floor
    if is_fresh and match.pepper_id == current:
        return
    AccountSecret.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lte=floor) | ~Q(pepper_id=current),
        id=match.id,
    ).update(last_used_at=now, pepper_id=current, digest=digests.digest_of(secret, current))


def _seconds_left(match: _Kept, now: datetime) -> float:
    if match.expires_at is None:
        return math.inf
    return (match.expires_at - now).total_seconds()
