"""Forgets customers whose retention date has passed, a few in each transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from televendas.models import Customer, Erasure
from televendas.services import audit
from televendas.services.forget import forget
from televendas.services.units import DATABASE, whole

BATCH: Final = 500


def due(today: date) -> int:
    """Return how many customers are kept past their day; `retain_until` is the last one."""
    return _due(today).count()


def purge(*, actor: audit.Actor, today: date, now: datetime, batch: int = BATCH) -> Iterator[int]:
    """Forget those whose day is over, and yield after each transaction how many it took.

    They stay deleted at the version that they had: only a change at the source, after which there
    is a reason again to keep them, brings them back. Each transaction leaves a line in the audit.
    """
    while taken := purge_some(actor=actor, today=today, now=now, limit=batch):
        yield taken


def purge_some(*, actor: audit.Actor, today: date, now: datetime, limit: int = BATCH) -> int:
    """Forget at most `limit` of those whose day is over, in one transaction; return how many."""
    return whole(lambda: _purge_some(actor, today, now, limit))


def _purge_some(actor: audit.Actor, today: date, now: datetime, limit: int) -> int:
    # Held, so that a change that comes at this moment either keeps its person or comes after.
    held = _due(today).select_for_update().order_by("retain_until", "person")
    people = list(held.values_list("person", flat=True)[:limit])
    if not people:
        return 0
    taken = forget(
        people,
        cause=Erasure.Cause.PURGE,
        requested_at=now,
        now=now,
    )
    audit.note(
        actor,
        audit.Action.PURGE,
        at=now,
        details={"before": today.isoformat(), "people": len(taken)},
    )
    return len(taken)


def _due(today: date) -> QuerySet[Customer]:
    return Customer.objects.using(DATABASE).filter(
        retain_until__lt=today, state=Customer.State.PRESENT
    )
