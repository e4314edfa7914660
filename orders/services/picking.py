"""Picking, step by step: a list is taken, its goods are found or not, it is picked and sent off.

Each step locks the order first, so that whatever ended it meanwhile is seen: a list whose order was
cancelled answers so and nothing changes. A step that is done twice does nothing the second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from messaging.whole import run_whole
from orders.domain import picking
from orders.domain.picking import Line, Scan, ShortReason
from orders.domain.states import Happening
from orders.models import OrderLine, PickLine, PickList
from orders.selectors_staff import lines_of
from orders.services import short_pick
from orders.services.pick_lists import (
    NotCompleteError,
    NotPickedError,
    NotYoursError,
    PickedAlreadyError,
    WithdrawnError,
    WrongQuantityError,
    act_on,
    list_of,
    moved,
    on_own,
    opened,
    order_of,
    owned,
)
from orders.services.short_pick import Shortened

short = short_pick.short


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan hit, and the line as it is now; None where no line has the code."""

    scan: Scan
    line: Line | None


def claim(order_id: str, *, actor: str, now: datetime) -> PickList:
    """Take a list that is nobody's, or was left; one's own stays one's own.

    One conditional UPDATE decides among those who ask at once. Raises PickingError.
    """
    left = now - timedelta(minutes=settings.ORDERS_CLAIM_MINUTES)

    def work() -> PickList:
        _, mine = opened(order_id)
        free = Q(picker__in=("", actor)) | Q(touched_at__isnull=True) | Q(touched_at__lte=left)
        if not PickList.objects.filter(free, pk=order_id).update(picker=actor, touched_at=now):
            raise NotYoursError(mine.picker)
        return list_of(order_id)

    return run_whole(work)


def release(order_id: str, *, actor: str) -> None:
    """Let go of one's own list; what was found stays noted. Raises PickingError."""

    def work() -> None:
        owned(order_id, actor)
        moved(order_id, picker="", touched_at=None)

    run_whole(work)


def found(order_id: str, sku: str, quantity: int, *, actor: str, now: datetime) -> Line:
    """Say how many units of an article lie in the box, in all; raises PickingError."""

    def work(lines: list[Line]) -> Line:
        line = _line(lines, sku)
        if not 0 <= quantity <= line.picked:
            raise WrongQuantityError
        PickLine.objects.filter(pick_list_id=order_id, product_id=line.sku).update(found=quantity)
        return _line(lines_of(order_id), sku)

    return on_own(order_id, actor, now, work)


def scan(order_id: str, code: str, *, key: str, actor: str, now: datetime) -> Scanned:
    """Put the unit with this barcode into the box; the same `key` again counts once.

    Raises PickingError; a wrong code is an answer.
    """

    def work(lines: list[Line]) -> Scanned:
        hit, line = picking.scanned(lines, code)
        if line is None:
            return Scanned(hit, None)
        is_new = PickList.objects.filter(pk=order_id).exclude(last_scan=key).update(last_scan=key)
        if hit is Scan.RIGHT and is_new:
            mine = PickLine.objects.filter(pick_list_id=order_id, product_id=line.sku)
            mine.update(found=F("found") + 1)
        return Scanned(hit if is_new else Scan.RIGHT, _line(lines_of(order_id), line.sku))

    return on_own(order_id, actor, now, work)


def done(order_id: str, *, actor: str, now: datetime) -> PickList:
    """Say that the box is packed: every unit found or reported; raises PickingError."""

    def work() -> PickList:
        if _is_past(order_id, PickList.State.PICKED, PickList.State.DISPATCHED):
            return list_of(order_id)
        order, _ = owned(order_id, actor)
        lines = lines_of(order_id)
        if not picking.is_complete(lines):
            raise NotCompleteError
        for line in lines:
            OrderLine.objects.filter(order=order, product_id=line.sku).update(picked=line.found)
        act_on(order, Happening.PICKING_DONE, lines, actor, now)
        return moved(order_id, state=PickList.State.PICKED, picked_at=now, touched_at=now)

    return run_whole(work)


def dispatched(order_id: str, *, actor: str, now: datetime) -> PickList:
    """Say that a picked box has left the house, by whoever sends it; raises PickingError."""

    def work() -> PickList:
        order = order_of(order_id)
        mine = list_of(order_id)
        if mine.state == PickList.State.DISPATCHED:
            return mine
        if mine.state != PickList.State.PICKED:
            raise WithdrawnError if mine.state == PickList.State.WITHDRAWN else NotPickedError
        act_on(order, Happening.GOODS_DISPATCHED, lines_of(order_id), actor, now)
        state = PickList.State.DISPATCHED
        return moved(order_id, state=state, closed_at=now, closed_by=actor)

    return run_whole(work)


def goods_are_back(order_id: str, *, actor: str, now: datetime) -> PickList:
    """Say that the goods of a withdrawn list lie on their shelves again; raises PickingError."""

    def work() -> PickList:
        order_of(order_id)
        mine = list_of(order_id)
        if mine.state != PickList.State.WITHDRAWN:
            raise PickedAlreadyError
        return mine if mine.closed_at else moved(order_id, closed_at=now, closed_by=actor)

    return run_whole(work)


def pick_all(
    pick_list: PickList, *, actor: str, short: Mapping[str, int] | None = None
) -> Shortened | None:
    """Pick a list from its claim to its dispatch as a person would, at the wall clock's times.

    `short` names what can be had of articles (by SKU) that are not all there. Returns what came
    of the shortage, None without one. Raises PickingError.
    """
    order_id = pick_list.order_id
    claim(order_id, actor=actor, now=timezone.now())
    came = None
    if short:
        reason = ShortReason.NOT_FOUND
        came = short_pick.short(order_id, short, reason=reason, actor=actor, now=timezone.now())
        if came.is_cancelled:
            return came
    for line in lines_of(order_id):
        found(order_id, line.sku, line.picked, actor=actor, now=timezone.now())
    done(order_id, actor=actor, now=timezone.now())
    dispatched(order_id, actor=actor, now=timezone.now())
    return came


def _line(lines: Sequence[Line], sku: str) -> Line:
    for line in lines:
        if line.sku == sku:
            return line
    raise WrongQuantityError


def _is_past(order_id: str, *states: PickList.State) -> bool:
    order_of(order_id)
    return list_of(order_id).state in states
