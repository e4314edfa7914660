"""What operators see of the saga: its lanes, its services, an order's way over the topics."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from messaging.models import OutboxMessage
from orders.domain.board import LANES, limits, stays
from orders.domain.states import State
from orders.models import Order, OrderEventRow, PersonTask, RefundDue
from orders.models.signal import WorkerSignal

CARDS: Final = 12
_KNOWN_EVENTS: Final = 5_000
_KEPT_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Card:
    """One order in a lane; stuck when it has been there longer than most ever were."""

    order: Order
    is_stuck: bool
    limit: timedelta


@dataclass(frozen=True, slots=True)
class Lane:
    """One step: how many orders are in it, how many of them stuck, and the first cards."""

    name: str
    count: int
    stuck: int
    cards: Sequence[Card]


class _Limits:
    """The age above which each state is stuck, reckoned anew after half a minute."""

    def __init__(self) -> None:
        self._found: Mapping[State, timedelta] = {}
        self._until = 0.0

    def get(self) -> Mapping[State, timedelta]:
        if time.monotonic() > self._until:
            self._found = limits(stays(_recent_events()))
            self._until = time.monotonic() + _KEPT_SECONDS
        return self._found

    def forget(self) -> None:
        self._until = 0.0


_limits: Final = _Limits()
forget_limits: Final = _limits.forget


def lanes(now: datetime) -> list[Lane]:
    """Return every lane with its stuck orders first, the longest in their state before others."""
    known = _limits.get()
    counts = {
        row["state"]: row["count"]
        for row in Order.objects.filter(state__in=known).values("state").annotate(count=Count("pk"))
    }
    return [_lane(name, states, known, counts, now) for name, states in LANES.items()]


def services() -> list[WorkerSignal]:
    """Return the signals of services that wait or have dead letters, by name."""
    signals = WorkerSignal.objects.order_by("name")
    return [each for each in signals if each.waits_since or each.dead_letters]


def open_tasks() -> QuerySet[PersonTask]:
    """Return what needs a person, the oldest first, with who tried."""
    found = PersonTask.objects.filter(done_at=None).order_by("created_at").select_related("order")
    return found.prefetch_related("by_hand")


def closed_tasks(search: str = "") -> QuerySet[PersonTask]:
    """Return what needed a person and does no more, the newest first, with who tried.

    `search` finds the end of an order's id, who did it, and words of the note.
    """
    found = PersonTask.objects.exclude(done_at=None)
    if search:
        wanted = Q(order__id__endswith=search.lower()) | Q(done_by__icontains=search)
        found = found.filter(wanted | Q(note__icontains=search))
    return found.order_by("-done_at", "pk").select_related("order").prefetch_related("by_hand")


def cents_of(tasks: Sequence[PersonTask]) -> dict[str, int]:
    """Return what each of the tasks is about, by its request id: its refund, else the total."""
    ids = [task.pk for task in tasks]
    refunds = RefundDue.objects.filter(pk__in=ids).values_list("pk", "amount_cents")
    return {task.pk: task.order.total_cents for task in tasks} | dict(refunds)


def timeline(order: Order) -> list[dict[str, Any]]:
    """Return the order's acts with topic, partition and offset.

    Each has `row` (the act), `partition` and `offset` (None until Kafka has it), and `after`, the
    time since the act before.
    """
    rows = list(OrderEventRow.objects.filter(order=order).order_by("version"))
    sent = OutboxMessage.objects.filter(key=order.id).values_list("event_id", "partition", "offset")
    places = {event_id: (partition, offset) for event_id, partition, offset in sent}
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        partition, offset = places.get(row.event_id, (row.partition, row.offset))
        after = row.at - rows[number - 1].at if number else None
        found.append({"row": row, "partition": partition, "offset": offset, "after": after})
    return found


def _lane(
    name: str,
    states: Sequence[State],
    known: Mapping[State, timedelta],
    counts: Mapping[str, int],
    now: datetime,
) -> Lane:
    oldest = [
        each
        for state in states
        for each in Order.objects.filter(state=state).order_by("state_since")[:CARDS]
    ]
    cards = [Card(each, _is_stuck(each, known, now), known[State(each.state)]) for each in oldest]
    cards.sort(key=lambda card: (not card.is_stuck, card.order.state_since))
    stuck = sum(
        Order.objects.filter(state=state, state_since__lt=now - known[state]).count()
        for state in states
    )
    return Lane(name, sum(counts.get(state, 0) for state in states), stuck, cards[:CARDS])


def _is_stuck(order: Order, known: Mapping[State, timedelta], now: datetime) -> bool:
    return now - order.state_since > known[State(order.state)]


def _recent_events() -> list[tuple[str, str, datetime]]:
    """Return (order, state, time) of the newest acts, by order and version."""
    newest = OrderEventRow.objects.order_by("-pk")[:_KNOWN_EVENTS]
    rows = newest.values_list("order_id", "version", "state", "at")
    return [(order, state, at) for order, _, state, at in sorted(rows)]
