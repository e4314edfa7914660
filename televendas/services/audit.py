"""Writes down who read or did what, to whom and why: ids and hashes, never a name or a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from televendas.models import AuditLine

LONGEST_REASON: Final = 200
Action = AuditLine.Action


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user by id and name, kept as values; a command has no id."""

    id: int | None
    name: str

    @property
    def agent_id(self) -> int:
        """Return the user's id; raises TypeError for a command, which makes no calls."""
        if self.id is None:
            raise TypeError("a command is no agent")
        return self.id


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """Return the actor that a signed-in user is."""
    return Actor(user.pk, user.get_username())


def note(
    actor: Actor,
    action: AuditLine.Action,
    *,
    at: datetime,
    person: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write one line of the audit; `details` holds filters and counts, nothing personal."""
    AuditLine.objects.create(
        at=at,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        person=person,
        reason=reason[:LONGEST_REASON],
        details=details or {},
    )


def note_list(
    actor: Actor, *, at: datetime, filters: dict[str, Any], people: Sequence[str]
) -> None:
    """Note that a list was read: by which filters, and the hashes of those who were in it.

    A list in which nobody was is noted too: not to be found is an answer.
    """
    note(actor, Action.LIST, at=at, details={**filters, "shown": len(people), "people": [*people]})
