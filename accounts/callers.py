"""Lets in who calls otherwise than over HTTP: accounts by secret or certificate, people."""

import hmac
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser

from accounts.models import Account
from accounts.selectors import visible_accounts
from accounts.services import lockouts
from accounts.services.lockouts import LockedError
from accounts.services.verification import WrongSecretError, verify
from accounts.services.verified import Merchant

__all__ = [
    "LockedError",
    "Merchant",
    "WrongSecretError",
    "certified",
    "is_staff",
    "signed_in",
    "verify",
]
_UNKNOWN_SCOPES_HEX: Final = 4


def certified(account_id: str) -> Merchant:
    """Return the account that a certificate of our own authority names; raises WrongSecretError."""
    account = Account.objects.filter(id=account_id, active=True).first()
    if account is None:
        raise WrongSecretError
    return Merchant(account.id, account.name, "")


def signed_in(username: str, password: str, address: str) -> AbstractBaseUser:
    """Return the active person; wrong passwords are counted and locked as wrong secrets are.

    Raises WrongSecretError and LockedError.
    """
    now = datetime.now(UTC)
    scope = _scope_of(username)
    lockouts.refuse_if_locked(scope, address, now)
    # Not through the pages' own counting of wrong passwords, which needs a request.
    user = ModelBackend().authenticate(None, username=username, password=password)
    if user is None:
        lockouts.count_failure(scope, address, now)
        raise WrongSecretError
    return user


def is_staff(user: AbstractBaseUser) -> bool:
    """Tell whether the person may see every account's payments; telesales' agents may not."""
    return visible_accounts(user) is None


def _scope_of(username: str) -> str:
    """Return whom failures count against; guessed names share a few, so that they fill no table."""
    known = get_user_model().objects.filter(username=username).values_list("pk", flat=True).first()
    if known is not None:
        return f"user:{known}"
    digest = hmac.digest(settings.SECRET_KEY.encode(), username.encode(), "sha256")
    return f"unknown:{digest.hex()[:_UNKNOWN_SCOPES_HEX]}"
