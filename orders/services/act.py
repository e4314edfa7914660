"""The one way to change an order: lock it, look its cell up, do what it says, publish, write down.

Consumers, pages and the sweeper all come through here, so that the table is the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messaging.outbox import publish
from orders import metrics, presenter
from orders.domain import pipeline
from orders.domain.pipeline import Cell, Hold
from orders.domain.states import ENDED, FINAL, WITHOUT_GOODS, Happening, State, Status, status_of
from orders.models import Order, OrderEventRow
from orders.services import coupons, stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What happens to an order; `details` are the own fields of the message that is said."""

    happening: Happening
    now: datetime
    reason: str = ""
    actor: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acted:
    """The order as it is now, and its cell; None where the pipeline ignored what happened."""

    order: Order
    cell: Cell | None

    @property
    def is_ignored(self) -> bool:
        """Tell whether nothing was changed."""
        return self.cell is None


def locked(order_id: str) -> Order:
    """Return the order, locked until the transaction ends; raises Order.DoesNotExist."""
    return Order.objects.select_for_update().get(pk=order_id)


def lock_in_turn(order_ids: Iterable[str]) -> dict[str, Order]:
    """Lock all of a batch's orders by id, and return those that there are.

    Whoever works through a batch begins with it: workers that meet the same orders in different
    sequence wait for each other and never in a circle.
    """
    asked = Order.objects.select_for_update().filter(pk__in=set(order_ids)).order_by("pk")
    return {order.id: order for order in asked}


def act(order: Order, what: Act) -> Acted:
    """Apply `what` to a locked order inside the running transaction, or ignore it.

    A release, write-off or commit of stock that is no longer held is ignored, too. An end without
    goods gives the coupon's use back. Whatever else of the order was changed by the caller is saved
    with it.
    """
    cell = pipeline.cell_of(State(order.state), what.happening)
    if cell is None or not stock.follow(order, cell.hold, what.now):
        metrics.IGNORED.labels(what.happening).inc()
        return Acted(order, None)
    is_end = cell.then in WITHOUT_GOODS and order.state not in WITHOUT_GOODS
    _move(order, cell, what)
    order.save()
    if is_end and order.coupon_code:
        coupons.give_back(order.coupon_code)
    _tell(order, cell, what)
    metrics.HAPPENINGS.labels(what.happening).inc()
    return Acted(order, cell)


def _move(order: Order, cell: Cell, what: Act) -> None:
    if cell.then != order.state:
        order.state_since = what.now
    order.state = cell.then
    order.status = status_of(cell.then, Status(order.status))
    order.version += 1
    if cell.then in FINAL:
        # Nothing will be charged any more, and what gives money back asks by the payment's id.
        order.payment_token_sealed = ""
    # The reason of an order's end stays what it was, whatever its stock and money still do.
    if order.ended_at is None:
        order.reason = what.reason
        order.ended_at = what.now if cell.then in ENDED else None


def _tell(order: Order, cell: Cell, what: Act) -> None:
    event_id = ""
    if cell.says is not None:
        event = presenter.said(order, cell.says, what.details, what.now)
        event_id = publish(event, key=order.id)
    OrderEventRow.objects.create(
        order=order,
        version=order.version,
        happening=what.happening,
        state=order.state,
        status=order.status,
        reason=what.reason,
        topic=cell.says.topic if cell.says else "",
        said=cell.says.status if cell.says else "",
        event_id=event_id,
        actor=what.actor,
        at=what.now,
    )


__all__ = ["Act", "Acted", "Hold", "act", "lock_in_turn", "locked"]
