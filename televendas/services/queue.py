"""Keeps the order of the calls: who has been due longest comes first, promised calls before all.

A customer is let into the queue when their time comes, not when they arrive: by when they were
first seen, and only as far as the queue has been worked off. So a million newcomers cost nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from televendas.domain.calling import Obstacle, Outcome, Verdict, due_after
from televendas.models import CallTurn, Customer, QueueMark
from televendas.services.units import whole

_LET_IN: Final = 500
# Rows of a transaction that commits late carry times before those that were let in already.
_MARGIN: Final = timedelta(seconds=30)
# Whoever may not be called at all is looked at again: a phone may come, or be mended.
_LOOK_AGAIN: Final = timedelta(days=1)
_LOOK_BACK: Final = timedelta(hours=2)
_NEWCOMERS: Final = "newcomers"


def due(now: datetime, *, but: Sequence[str], limit: int) -> list[str]:
    """Return at most `limit` people who are due at `now`, without those in `but`, in their order.

    Promised calls come first, then whoever has been due longest, newcomers included.
    """
    let_in(now)
    turns = CallTurn.objects.filter(due_at__lte=now).exclude(person__in=but)
    found: list[str] = []
    for is_promised in (True, False):
        rest = turns.filter(is_promised=is_promised).order_by("due_at", "person")
        found += rest.values_list("person", flat=True)[: limit - len(found)]
    return found


def let_in(now: datetime) -> int:
    """Let in every newcomer who would be due before the queue's head; return how many.

    A newcomer has been due since they were first seen.
    """
    total = 0
    while (number := whole(lambda: _let_some_in(now))) > 0:
        total += number
    return total


def look_back(now: datetime) -> bool:
    """Let newcomers of the last hours in again, for rows whose times came late; tell whether so.

    For when nobody is due: then it costs little, and a clock that was wrong has cost nobody a turn.
    """
    early = now - _LOOK_BACK
    return bool(
        QueueMark.objects.filter(name=_NEWCOMERS, reached_at__gt=early).update(reached_at=early)
    )


def come_again(person: str, outcome: Outcome, at: datetime, promised_at: datetime | None) -> None:
    """Give `person` the turn that follows from how a call ended, or none any more."""
    due_at = due_after(outcome, at, promised_at)
    if due_at is None:
        CallTurn.objects.filter(person=person).delete()
        return
    CallTurn.objects.update_or_create(
        person=person,
        defaults={"due_at": due_at, "is_promised": outcome is Outcome.CALL_BACK},
    )


def come_later(person: str, verdict: Verdict, now: datetime) -> None:
    """Put a turn that came but cannot be used to when it can; drop it when the person is gone."""
    turn = CallTurn.objects.filter(person=person, due_at__lte=now)
    if verdict.obstacle is Obstacle.GONE:
        turn.delete()
        return
    is_moment = isinstance(verdict.at, datetime) and verdict.at > now
    turn.update(due_at=verdict.at if is_moment else now + _LOOK_AGAIN)


def _let_some_in(now: datetime) -> int:
    mark = QueueMark.objects.filter(name=_NEWCOMERS).first()
    reached_at = mark.reached_at if mark else datetime(1970, 1, 1, tzinfo=now.tzinfo)
    if not _is_newcomers_turn(reached_at, now):
        return 0
    arrivals = _arrivals(reached_at, now)
    if not arrivals:
        return 0
    CallTurn.objects.bulk_create(
        [CallTurn(person=person, due_at=seen_at) for person, seen_at in arrivals],
        ignore_conflicts=True,
    )
    newest = arrivals[-1][1]
    if mark is None:
        QueueMark.objects.bulk_create(
            [QueueMark(name=_NEWCOMERS, reached_at=newest)], ignore_conflicts=True
        )
    QueueMark.objects.filter(name=_NEWCOMERS, reached_at__lt=newest).update(reached_at=newest)
    return len(arrivals)


def _is_newcomers_turn(reached_at: datetime, now: datetime) -> bool:
    waiting = CallTurn.objects.filter(is_promised=False, due_at__lte=now).order_by("due_at")
    head = waiting.values_list("due_at", flat=True).first()
    return head is None or head > reached_at


def _arrivals(reached_at: datetime, now: datetime) -> list[tuple[str, datetime]]:
    """Return the next newcomers by time; those of one instant stay together."""
    people = Customer.objects.filter(
        state=Customer.State.PRESENT,
        first_seen_at__gt=reached_at,
        first_seen_at__lte=now - _MARGIN,
    ).order_by("first_seen_at", "person")
    times = people.values_list("first_seen_at", flat=True)
    last = times[_LET_IN - 1 : _LET_IN].first()
    if last is not None:
        people = people.filter(first_seen_at__lte=last)
    return [
        (person, seen_at)
        for person, seen_at in people.values_list("person", "first_seen_at")
        if seen_at is not None
    ]
