"""Pages of the list of customers, quick at a million rows: by places in an index, never by offset.

Opt-outs are known by the hash of a phone, which no index of customers has: whoever may not be
called is left out after a batch was read, and another batch is read until the page is full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db.models import Q, QuerySet

from televendas import selectors
from televendas.domain.calling import Obstacle, Verdict
from televendas.domain.listing import Order, Show, Wanted
from televendas.models import Customer

PAGE: Final = 50
_BATCH: Final = 100
_MOST_BATCHES: Final = 50
# Everybody is counted by the database alone; whoever may be called is judged to be counted.
_MOST_COUNTED: Final = 10_000
_JUDGED_TO_COUNT: Final = 400
# Column and whether it goes down; the person's hash decides between equals, the same way.
_ORDERS: Final = {
    Order.NAME: ("name", False),
    Order.NAME_DOWN: ("name", True),
    Order.CHANGED: ("changed_at", True),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One customer with the answer to "may I call now?"."""

    customer: Customer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; at least so many where that was not counted to the end."""

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows in their order, and where the pages before and after begin; None where there is none."""

    rows: list[Listed]
    before: str | None = None
    after: str | None = None
    lost_place: bool = False


def page_of(
    wanted: Wanted,
    *,
    agent_id: int,
    now: datetime,
    after: str = "",
    before: str = "",
    size: int = PAGE,
) -> Page:
    """Return the page after or before a person; the first when neither is told.

    `lost_place` says that this person is gone, and the first page is given instead.
    """
    anchor = _present(after or before)
    goes_back = bool(before) and anchor is not None
    found = walk(wanted, anchor, agent_id=agent_id, now=now, goes_back=goes_back)
    rows = list(islice(found, size + 1))
    has_more = len(rows) > size
    rows = rows[:size]
    if goes_back:
        rows.reverse()
    has_before = has_more if goes_back else anchor is not None
    has_after = True if goes_back else has_more
    return Page(
        rows=rows,
        before=rows[0].customer.person if rows and has_before else None,
        after=rows[-1].customer.person if rows and has_after else None,
        lost_place=bool(after or before) and anchor is None,
    )


def _present(person: str) -> Customer | None:
    """Return who is named, None for nobody and for who is gone."""
    found = Customer.objects.filter(person=person).first() if person else None
    return found if found is not None and found.state == Customer.State.PRESENT else None


def count_of(wanted: Wanted, *, agent_id: int, now: datetime) -> Count:
    """Return how many there are, exactly while they are few: nobody waits for a long count."""
    rows = _ordered(_wanted(wanted), wanted.order, goes_back=False)
    if wanted.show is Show.ALL:
        number = rows.values("person")[: _MOST_COUNTED + 1].count()
        return Count(min(number, _MOST_COUNTED), is_exact=number <= _MOST_COUNTED)
    some = _read(rows, _JUDGED_TO_COUNT + 1)
    found = len(list(_judged(some[:_JUDGED_TO_COUNT], wanted.show, agent_id, now)))
    return Count(found, is_exact=len(some) <= _JUDGED_TO_COUNT)


def walk(
    wanted: Wanted,
    anchor: Customer | None,
    *,
    agent_id: int,
    now: datetime,
    goes_back: bool = False,
    batch: int = _BATCH,
) -> Iterator[Listed]:
    """Yield the wanted customers behind `anchor` (before it, going back), read batch by batch.

    It ends after many batches without an end: where nearly nobody fits, nobody waits for ever.
    """
    rows = _ordered(_wanted(wanted), wanted.order, goes_back=goes_back)
    for _ in range(_MOST_BATCHES):
        some = _read(_behind(rows, wanted.order, anchor, goes_back=goes_back), batch)
        yield from _judged(some, wanted.show, agent_id, now)
        if len(some) < batch:
            return
        anchor = some[-1]


def judged(customers: Sequence[Customer], *, agent_id: int, now: datetime) -> list[Listed]:
    """Return each of `customers` with its verdict."""
    answers = selectors.verdicts(customers, agent_id=agent_id, now=now)
    return [Listed(each, answers[each.person]) for each in customers]


def _judged(
    customers: list[Customer], show: Show, agent_id: int, now: datetime
) -> Iterator[Listed]:
    for each in judged(customers, agent_id=agent_id, now=now):
        # The hour is everybody's obstacle: it is told, but it empties no list.
        is_callable = each.verdict.obstacle in {None, Obstacle.OUT_OF_HOURS}
        if show is Show.ALL or is_callable is (show is Show.CALLABLE):
            yield each


def _wanted(wanted: Wanted) -> QuerySet[Customer]:
    rows = Customer.objects.filter(state=Customer.State.PRESENT)
    if wanted.region:
        rows = rows.filter(region=wanted.region)
    if wanted.begins:
        rows = rows.filter(name__istartswith=wanted.begins)
    return rows


def _read(rows: QuerySet[Customer], limit: int) -> list[Customer]:
    """Read the first rows in two steps: their keys from an index alone, then the rows by key.

    In one step MariaDB reads the rows of a whole region in the order of the wrong index.
    """
    people = list(rows.values_list("person", flat=True)[:limit])
    found = Customer.objects.in_bulk(people)
    return [found[person] for person in people if person in found]


def _ordered(rows: QuerySet[Customer], order: Order, *, goes_back: bool) -> QuerySet[Customer]:
    column, is_down = _ORDERS[order]
    sign = "-" if is_down is not goes_back else ""
    return rows.order_by(f"{sign}{column}", f"{sign}person")


def _behind(
    rows: QuerySet[Customer], order: Order, anchor: Customer | None, *, goes_back: bool
) -> QuerySet[Customer]:
    if anchor is None:
        return rows
    column, is_down = _ORDERS[order]
    way = "lt" if is_down is not goes_back else "gt"
    place: Any = getattr(anchor, column)
    # The first condition is what an index can be entered by.
    return rows.filter(
        Q(**{f"{column}__{way}e": place}),
        Q(**{f"{column}__{way}": place}) | Q(**{f"person__{way}": anchor.person}),
    )
