"""What a person may see: the one question behind every list, page and socket."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.crypto import constant_time_compare

from accounts.models import Account, Membership


def visible_accounts(user: AbstractBaseUser | AnonymousUser) -> frozenset[str] | None:
    """Return the ids of the accounts that the person may see; None means all, for staff.

    Somebody who is not logged in, or no longer active, sees none, and neither do telesales' agents.
    """
    if not user.is_authenticated or not user.is_active or not may_see_payments(user):
        return frozenset()
    if getattr(user, "is_staff", False):
        return None
    ids = Membership.objects.filter(user_id=user.pk).values_list("account_id", flat=True)
    return frozenset(ids)


def named_accounts(user: AbstractBaseUser | AnonymousUser, *, limit: int = 500) -> dict[str, str]:
    """Return the names, by id, of at most `limit` accounts that the person may see, by name."""
    visible = visible_accounts(user)
    accounts = Account.objects.order_by("name", "id")
    if visible is not None:
        accounts = accounts.filter(id__in=visible)
    return dict(accounts.values_list("id", "name")[:limit])


def may_see_payments(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether payments concern the person at all; telesales and the warehouse they never do.

    That one of these is staff as well, or tied to an account, opens nothing; a superuser sees all.
    """
    if not user.is_authenticated or getattr(user, "is_superuser", False):
        return True
    groups = getattr(user, "groups", None)
    apart = (settings.TELEVENDAS_GROUP, settings.WAREHOUSE_GROUP)
    return groups is None or not groups.filter(name__in=apart).exists()


def works_in_warehouse(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether the warehouse's pages are the person's: its own people's, and staff's."""
    if not user.is_authenticated or not user.is_active:
        return False
    if may_see_payments(user):
        return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))
    groups: Any = getattr(user, "groups", None)
    return bool(groups.filter(name=settings.WAREHOUSE_GROUP).exists())


def user_of_session(session_key: str) -> AbstractBaseUser | None:
    """Return the active user that a session's key stands for, None where it stands for nobody.

    Only reads: Channels' own look-up ends a session whose key was signed before the newest
    secret key, although the page would have renewed it.
    """
    # By the setting's name, as Django does: background processes have no sessions at all.
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    backend_path = session.get(BACKEND_SESSION_KEY)
    if backend_path not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend: Any = load_backend(backend_path)
    user: AbstractBaseUser | None = backend.get_user(session.get(SESSION_KEY))
    return user if user and _is_signed_by(user, session.get(HASH_SESSION_KEY, "")) else None


def _is_signed_by(user: Any, signature: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(signature, each) for each in hashes)
