"""The board's lanes, and when an order counts as stuck: older in its state than most ever were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orders.domain.reports import percentile
from orders.domain.states import State

LANES: Final[Mapping[str, tuple[State, ...]]] = {
    "placed": (State.PLACED, State.HELD, State.CLEARED),
    "review": (State.IN_REVIEW, State.HELD_IN_REVIEW),
    "payment": (State.RESERVED, State.PAYING),
    "paid": (State.PAID,),
    "picking": (State.PICKING,),
    "picked": (State.PICKED,),
    "back": (State.SETTLING, State.REFUNDING),
}
"""Every state in which something is still to be done, by its lane."""

_LEAST: Final = timedelta(seconds=30)
_ENOUGH: Final = 20
_USUAL: Final[Mapping[State, timedelta]] = {
    State.IN_REVIEW: timedelta(hours=4),
    State.HELD_IN_REVIEW: timedelta(hours=4),
    State.PICKING: timedelta(hours=2),
    State.PICKED: timedelta(hours=8),
}
"""What counts as long while too few orders are known; other states pass in moments."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long one order was in one state."""

    state: State
    took: timedelta


def stays(events: Iterable[tuple[str, str, datetime]]) -> list[Stay]:
    """Return the finished stays of events (order, state after it, time), by order and version."""
    found: list[Stay] = []
    order = state = ""
    since: datetime | None = None
    for each_order, each_state, at in events:
        if each_order != order:
            order, state, since = each_order, each_state, at
        elif each_state != state and since is not None:
            found.append(Stay(State(state), at - since))
            state, since = each_state, at
    return found


def limits(known: Sequence[Stay]) -> dict[State, timedelta]:
    """Return by state the age above which an order is stuck: the p95 of those that went on."""
    taken: dict[State, list[float]] = {}
    for stay in known:
        taken.setdefault(stay.state, []).append(stay.took.total_seconds())
    return {state: _limit(state, taken.get(state, [])) for lane in LANES.values() for state in lane}


def _limit(state: State, seconds: Sequence[float]) -> timedelta:
    if len(seconds) < _ENOUGH:
        return _USUAL.get(state, _LEAST)
    return max(timedelta(seconds=percentile(seconds, 95)), _LEAST)
