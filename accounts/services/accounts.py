"""Makes accounts, switches them on and off, and ties people to them."""

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from accounts.models import Account, Membership
from accounts.services import secrets, verified

logger = structlog.get_logger(__name__)


@transaction.atomic
def create_account(name: str) -> tuple[Account, str]:
    """Make an account with its first secret; return both, the secret in clear this once."""
    account = Account(name=name)
    account.full_clean()
    account.save(force_insert=True)
    logger.info("account_created", account_id=account.id)
    _, secret = secrets.issue_secret(account.id)
    return account, secret


def change_account(account_id: str, *, name: str | None = None, active: bool | None = None) -> None:
    """Rename the account; take its requests, or refuse them from now on.

    What is None stays as it is, for somebody else may change it at the same time. Other processes
    notice within ACCOUNTS_CACHE_SECONDS.
    """
    given = {"name": name, "active": active}
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes:
        return
    Account.objects.filter(id=account_id).update(**changes)
    verified.forget_now_and_after(account_id)
    logger.info("account_changed", account_id=account_id, changed=[*changes], active=active)


def tie_user(user: AbstractBaseUser, account_id: str) -> Membership:
    """Let the person see what belongs to the account; tying twice changes nothing."""
    membership, _ = Membership.objects.get_or_create(user_id=user.pk, account_id=account_id)
    return membership


def untie_user(user: AbstractBaseUser, account_id: str) -> None:
    """Take the person's sight of the account away; without a tie nothing changes."""
    Membership.objects.filter(user_id=user.pk, account_id=account_id).delete()
