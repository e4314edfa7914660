"""Pick lists and their orders: a list begins and is withdrawn, and who may do what to it now."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from messaging.whole import run_whole
from orders.domain.picking import Line
from orders.domain.states import Happening, State
from orders.events import PickedLine
from orders.models import Order, OrderLine, PickLine, PickList
from orders.selectors_staff import lines_of
from orders.services.act import Act, act, locked

T = TypeVar("T")


class PickingError(Exception):
    """The step was not done and nothing was changed; the class says why."""


class UnknownListError(PickingError):
    """There is no such list."""


class WithdrawnError(PickingError):
    """The order was cancelled: what lies in the box goes back on the shelves."""


class PickedAlreadyError(PickingError):
    """The list was picked, nothing of it can be changed any more."""


class NotPickedError(PickingError):
    """The list is not picked yet."""


class NotYoursError(PickingError):
    """Somebody else has the list, or nobody; `picker` is who."""

    def __init__(self, picker: str) -> None:
        """Keep who has it."""
        super().__init__(picker)
        self.picker = picker


class NotCompleteError(PickingError):
    """Units are still to be found, or to be reported missing."""


class WrongQuantityError(PickingError):
    """The quantity fits no line of the list: more than was ordered, or no shortage."""


def start(order_id: str, *, now: datetime) -> PickList | None:
    """Give staff the list of a paid order, inside the caller's transaction; None if it has ended.

    Raises Order.DoesNotExist.
    """
    order = locked(order_id)
    lines = list(OrderLine.objects.filter(order=order).order_by("product_id"))
    told = [PickedLine(line.product_id, line.quantity, 0) for line in lines]
    what = Act(happening=Happening.PICKING_STARTED, now=now, details={"lines": told})
    if act(order, what).is_ignored:
        return None
    made = PickList.objects.create(order=order, created_at=now)
    PickLine.objects.bulk_create(
        PickLine(pick_list=made, product_id=line.product_id, quantity=line.quantity)
        for line in lines
    )
    return made


def withdraw(order_id: str, *, now: datetime) -> bool:
    """Take back the list of a cancelled order, inside the caller's transaction; tell whether so.

    A list of which nothing lies in a box needs nobody any more.
    """
    locked(order_id)
    mine = PickList.objects.filter(pk=order_id, state=PickList.State.OPEN)
    if not mine.update(state=PickList.State.WITHDRAWN):
        return False
    if not PickLine.objects.filter(pick_list_id=order_id, found__gt=0).exists():
        PickList.objects.filter(pk=order_id).update(closed_at=now)
    return True


def order_of(order_id: str) -> Order:
    """Return the order, locked; raises UnknownListError."""
    try:
        return locked(order_id)
    except Order.DoesNotExist:
        raise UnknownListError from None


def opened(order_id: str) -> tuple[Order, PickList]:
    """Return the order, locked, and its list, which can still be picked; raises PickingError."""
    order = order_of(order_id)
    mine = list_of(order_id)
    if mine.state in (PickList.State.PICKED, PickList.State.DISPATCHED):
        raise PickedAlreadyError
    # The order is the truth: its list may not have been withdrawn yet.
    if mine.state == PickList.State.WITHDRAWN or order.state != State.PICKING:
        raise WithdrawnError
    return order, mine


def owned(order_id: str, actor: str) -> tuple[Order, PickList]:
    """Return the order, locked, and its list, which `actor` has; raises PickingError."""
    order, mine = opened(order_id)
    if mine.picker != actor:
        raise NotYoursError(mine.picker)
    return order, mine


def list_of(order_id: str) -> PickList:
    """Return the list of an order that the caller has locked; raises UnknownListError."""
    mine = PickList.objects.filter(pk=order_id).first()
    if mine is None:
        raise UnknownListError
    return mine


def moved(order_id: str, **changes: object) -> PickList:
    """Change the list's row and return it."""
    PickList.objects.filter(pk=order_id).update(**changes)
    return PickList.objects.get(pk=order_id)


def on_own(order_id: str, actor: str, now: datetime, work: Callable[[list[Line]], T]) -> T:
    """Run a step on one's own list, whole or not at all, with its lines; the list is touched."""

    def whole() -> T:
        owned(order_id, actor)
        moved(order_id, touched_at=now)
        return work(lines_of(order_id))

    return run_whole(whole)


def act_on(
    order: Order,
    happening: Happening,
    lines: Sequence[Line],
    actor: str,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    """Apply a happening that tells of the list's lines; raises WithdrawnError if it is ignored."""
    told = [PickedLine(line.sku, line.quantity, line.picked) for line in lines]
    what = Act(happening=happening, now=now, reason=reason, actor=actor, details={"lines": told})
    if act(order, what).is_ignored:
        raise WithdrawnError
