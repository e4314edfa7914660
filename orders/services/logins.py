"""Leaves a login that nobody can use and that names nobody, wherever its name was written down."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType

# Each keeps name, network address and browser of whoever signed in, or tried to.
_SIGN_INS = (AccessAttempt, AccessFailureLog, AccessLog)


def blank(user_id: Any, name: str) -> None:
    """Call the login `name` and end it, inside the running transaction.

    What the sign-ins and the administration's history know of it goes, too.
    """
    # Read anew: a transaction that is run whole again finds the name that it began with.
    users = get_user_model()._default_manager  # noqa: SLF001 - Django's door
    user: Any = users.select_for_update().get(pk=user_id)
    for model in _SIGN_INS:
        model.objects.filter(username=user.get_username()).delete()
    told = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(user), object_id=str(user.pk)
    )
    told.update(object_repr=name)
    user.username = name
    user.first_name = user.last_name = user.email = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
