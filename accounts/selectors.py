"""What a person may see: the one question behind every list, page and socket."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from accounts.models import Account, Membership


def visible_accounts(user: AbstractBaseUser | AnonymousUser) -> frozenset[str] | None:
    """Return the ids of the accounts that the person may see; None means all, for staff.

    Somebody who is not logged in, or no longer active, sees none.
    """
    if not user.is_authenticated or not user.is_active:
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
