"""Keeps the agents' group and what it may see: telesales, and nothing else."""

from typing import Final

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import router

_SEEN: Final = (
    "auditline",
    "callclaim",
    "calloutcome",
    "customer",
    "erasure",
    "optout",
    "snapshot",
    "telesalesdeadletter",
    "telesaleshalt",
)
RIGHTS: Final = frozenset({*(f"view_{model}" for model in _SEEN), "add_optout"})
"""The code names of the rights that the group has within this app."""


def keep_group(using: str) -> None:
    """Make the group in the database `using`, where groups live there; give it its rights.

    Rights that somebody added by hand stay; those of other apps open nothing to an agent.
    """
    if not router.allow_migrate_model(using, Group):
        return
    group, _ = Group.objects.using(using).get_or_create(name=settings.TELEVENDAS_GROUP)
    rights = Permission.objects.using(using).filter(
        content_type__app_label="televendas", codename__in=RIGHTS
    )
    group.permissions.add(*rights)
