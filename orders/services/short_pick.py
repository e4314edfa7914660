"""The short pick: some units, or all, cannot be found, and the customer gets their money back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.domain import picking
from orders.domain.picking import Line, ShortReason
from orders.domain.states import Happening
from orders.models import Order, OrderLine, PickLine, PickList
from orders.services.act import Act, act, locked
from orders.services.pick_lists import (
    WithdrawnError,
    WrongQuantityError,
    act_on,
    moved,
    on_own,
)


@dataclass(frozen=True, slots=True)
class Shortened:
    """What came of a short pick: whether the order goes on, and what goes back, in cents."""

    is_cancelled: bool
    refund_cents: int


def short(
    order_id: str,
    picked: Mapping[str, int],
    *,
    reason: ShortReason,
    actor: str,
    now: datetime,
) -> Shortened:
    """Say that of some articles (by SKU) only so many units can be had.

    The customer gets the difference back, and the missing units are written off; with nothing left
    the order is cancelled instead. Raises PickingError.
    """

    def work(lines: list[Line]) -> Shortened:
        try:
            after = picking.shortened(lines, picked)
        except ValueError:
            raise WrongQuantityError from None
        order = locked(order_id)
        refund = picking.refund_cents(order.total_cents, lines, after)
        if after == lines:
            return Shortened(is_cancelled=False, refund_cents=refund)
        _note(order_id, lines, after, reason, actor)
        return Shortened(_tell_short(order, after, reason, actor, now), refund)

    return on_own(order_id, actor, now, work)


def _note(
    order_id: str, before: list[Line], after: list[Line], reason: ShortReason, actor: str
) -> None:
    for old, new in zip(before, after, strict=True):
        if new.missing != old.missing:
            PickLine.objects.filter(pick_list_id=order_id, product_id=new.sku).update(
                missing=new.missing, found=new.found, reason=reason, reported_by=actor
            )
            mine = OrderLine.objects.filter(order_id=order_id, product_id=new.sku)
            mine.update(picked=new.picked)


def _tell_short(
    order: Order, lines: list[Line], reason: ShortReason, actor: str, now: datetime
) -> bool:
    """Say what is missing, or cancel an order of which nothing is left; tell whether it was."""
    if not picking.is_nothing(lines):
        act_on(order, Happening.PICKED_SHORT, lines, actor, now, reason=reason)
        return False
    what = Act(happening=Happening.CANCELLATION, now=now, reason=picking.NOTHING_FOUND, actor=actor)
    if act(order, what).is_ignored:
        raise WithdrawnError
    moved(order.id, state=PickList.State.WITHDRAWN, closed_at=now, closed_by=actor)
    return True
