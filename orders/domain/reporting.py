"""Folds what was told of an order into one row of the warehouse, whatever order it arrived in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from orders.domain import pipeline

# Topic and status of an event -> the milestone whose time it is.
MILESTONES: Final[Mapping[tuple[str, str], str]] = {
    (pipeline.NEW, "placed"): "placed_at",
    (pipeline.NEW, "cancelled"): "cancelled_at",
    (pipeline.STOCK, "reserved"): "reserved_at",
    (pipeline.STOCK, "out_of_stock"): "out_of_stock_at",
    (pipeline.STOCK, "expired"): "cancelled_at",
    (pipeline.STOCK, "released"): "released_at",
    (pipeline.FRAUD, "clear"): "judged_at",
    (pipeline.FRAUD, "fraud"): "judged_at",
    (pipeline.PAYMENT, "approved"): "paid_at",
    (pipeline.PAYMENT, "rejected"): "refused_at",
    (pipeline.PAYMENT, "refunded"): "refunded_at",
    (pipeline.PICKING, "started"): "picking_at",
    (pipeline.PICKING, "picked"): "picked_at",
    (pipeline.PICKING, "dispatched"): "dispatched_at",
}
# What ends an order, in the words of its public status; the first one counts.
_ENDS: Final[Mapping[tuple[str, str], str]] = {
    (pipeline.NEW, "cancelled"): "cancelled",
    (pipeline.STOCK, "out_of_stock"): "out_of_stock",
    (pipeline.STOCK, "expired"): "cancelled",
    (pipeline.FRAUD, "fraud"): "fraud",
    (pipeline.PAYMENT, "rejected"): "payment_refused",
    (pipeline.PICKING, "dispatched"): "dispatched",
}
_STEPS: Final[Mapping[tuple[str, str], str]] = {
    (pipeline.PAYMENT, "approved"): "paid",
    (pipeline.PICKING, "started"): "picking",
    (pipeline.PICKING, "picked"): "picked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of an order; cents are None where the event does not carry them."""

    version: int
    topic: str
    status: str
    reason: str
    at: datetime
    charged_cents: int | None = None
    refunded_cents: int | None = None
    picked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of an order: its outcome, the time of each milestone, its money, its finds."""

    version: int
    status: str
    reason: str
    milestones: Mapping[str, datetime]
    charged_cents: int
    refunded_cents: int
    picked: Mapping[str, int]


def fold(told: Iterable[Told]) -> Snapshot:
    """Return the snapshot of events that may be given in any order, and more than once.

    `status` is the order's public word as far as events tell it: an order held and cleared is
    `reserved`; the first end wins; a milestone keeps its first time.
    """
    events = sorted({each.version: each for each in told}.values(), key=lambda each: each.version)
    milestones: dict[str, datetime] = {}
    picked: dict[str, int] = {}
    for each in events:
        name = MILESTONES.get((each.topic, each.status))
        if name is not None:
            milestones.setdefault(name, each.at)
        if each.status == "short":
            picked.update(each.picked)
    status, reason = _outcome(events)
    return Snapshot(
        events[-1].version,
        status,
        reason,
        milestones,
        max((each.charged_cents or 0 for each in events), default=0),
        max((each.refunded_cents or 0 for each in events), default=0),
        picked,
    )


def _outcome(events: list[Told]) -> tuple[str, str]:
    status, seen = "placed", set()
    for each in events:
        place = (each.topic, each.status)
        if place in _ENDS:
            return _ENDS[place], each.reason
        seen.add(place)
        status = _STEPS.get(place, status)
    is_ready = {(pipeline.STOCK, "reserved"), (pipeline.FRAUD, "clear")} <= seen
    return ("reserved" if status == "placed" and is_ready else status), ""
