"""Erases one person for good, by a person's order: their id is never taken in again."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from televendas.domain.identity import person_hash
from televendas.models import Customer, Erasure
from televendas.services import audit
from televendas.services.forget import forget
from televendas.services.units import DATABASE, whole


@dataclass(frozen=True, slots=True)
class Erased:
    """What an order to erase came to.

    `was_held` tells whether anything personal was there, `is_new` is False where the person was
    kept out already.
    """

    person: str
    was_held: bool
    is_new: bool


def erase(
    source: str, customer_id: str, *, actor: audit.Actor, reason: str, now: datetime
) -> Erased:
    """Forget the customer of `source` and keep them out, whatever comes and however new it is.

    Their calls go too, an Erasure row keeps the time, and the audit says who wanted it and why.
    Somebody who was never seen is kept out all the same. A second order is noted and changes
    nothing else.
    """
    person = person_hash(settings.TELEVENDAS_KEY, source, customer_id)
    return whole(lambda: _erased(person, actor, reason, now))


def _erased(person: str, actor: audit.Actor, reason: str, now: datetime) -> Erased:
    here = Customer.objects.using(DATABASE).select_for_update().filter(person=person)
    was_held = any(each.state == Customer.State.PRESENT for each in here)
    taken = forget(
        [person],
        cause=Erasure.Cause.COMMAND,
        requested_at=now,
        now=now,
        state=Customer.State.ERASED,
    )
    audit.note(
        actor,
        audit.Action.ERASE,
        at=now,
        person=person,
        reason=reason,
        details={"was_held": was_held, "is_new": bool(taken)},
    )
    return Erased(person, was_held, is_new=bool(taken))
