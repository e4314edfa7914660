"""Forgets people: of a row a keyed hash, a version and a state remain, of their calls nothing."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from messaging import bulk
from televendas.domain import versions
from televendas.domain.folding import DELETED, ERASED, PRESENT, Standing
from televendas.models import CallClaim, CallOutcome, CallTurn, Erasure
from televendas.repository import Customers

_CHUNK: Final = 500


class Going(NamedTuple):
    """One person's way out: what is to be remembered, who asked for it, and when."""

    standing: Standing
    cause: str
    requested_at: datetime


def forget(
    persons: Collection[str],
    *,
    cause: str,
    requested_at: datetime,
    now: datetime,
    using: str = "televendas",
    state: str = DELETED,
) -> list[str]:
    """Forget `persons` (keyed hashes), each at the version that it has; return whom it took.

    `state` is `deleted`, undone by whatever is newer, or `erased`, undone by nothing. People who
    are gone already are not taken again, but somebody deleted can still be erased; erasing
    somebody who was never seen keeps them from ever being stored. `cause` is one of
    `Erasure.Cause`, and each one taken gets an Erasure row: its clock. Runs inside the caller's
    transaction, which should be one of its own: until it commits, nothing is forgotten.
    """
    known = Customers(using).standings(sorted(persons))
    goings = {
        person: Going(_at_its_version(known.get(person), state), cause, requested_at)
        for person in sorted(persons)
        if _is_news(known.get(person), state)
    }
    forget_all(goings, known, now=now, using=using)
    return list(goings)


def forget_all(
    goings: Mapping[str, Going],
    known: Mapping[str, Standing],
    *,
    now: datetime,
    using: str,
    customers: Customers | None = None,
) -> None:
    """Forget each person as their `Going` says; `known` is what stood, held for this transaction.

    An Erasure row is written for those of whom something was held, or whom nothing may bring back.
    """
    if not goings:
        return
    people = sorted(goings)
    kept = customers or Customers(using)
    kept.clear([(person, goings[person].standing) for person in people], bulk.stored_time(now))
    taken = [each for each in people if _is_news(known.get(each), goings[each].standing.state)]
    _forget_calls(taken, using)
    Erasure.objects.using(using).bulk_create(
        Erasure(
            person=person,
            cause=goings[person].cause,
            requested_at=goings[person].requested_at,
            unreadable_at=now,
        )
        for person in taken
    )


def _forget_calls(people: list[str], using: str) -> None:
    for some in _chunks(people):
        CallTurn.objects.using(using).filter(person__in=some).delete()
        CallClaim.objects.using(using).filter(person__in=some).delete()
        CallOutcome.objects.using(using).filter(person__in=some).delete()


def _is_news(known: Standing | None, state: str) -> bool:
    """Tell whether the person was there, or was not yet kept out for good."""
    if state == ERASED:
        return known is None or known.state != ERASED
    return known is not None and known.state == PRESENT


def _at_its_version(known: Standing | None, state: str) -> Standing:
    version = versions.NOTHING if known is None else known.version
    if state == ERASED or known is None:
        return Standing(state, version, version, "")
    return known._replace(state=state)


def _chunks(people: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(people), _CHUNK):
        yield people[start : start + _CHUNK]
