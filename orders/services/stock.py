"""Moves stock as the pipeline says: by conditional updates in SKU order, all lines or none.

`reserved` counts what holds keep back; `on_hand` what lies on the shelf, and each of its changes
leaves a movement. A unit that was not found is written off with its hold's end, if not before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from orders.domain.pipeline import Hold
from orders.models import (
    HoldLine,
    HoldStatus,
    Order,
    PickLine,
    Product,
    StockHold,
    StockMovement,
)
from orders.models.order import OrderLine

_OPEN = (HoldStatus.HELD, HoldStatus.PAYING)


@dataclass(frozen=True, slots=True)
class Missing:
    """What an order wants and nobody has: the article, and how many were asked for."""

    sku: str
    quantity: int


def take(order: Order, now: datetime) -> list[Missing]:
    """Hold the order's lines, all or none; return those that cannot be had, nothing held then.

    Locks the articles in the order of their SKUs, so that two takers never wait for each other.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("product_id"))
    taken: list[OrderLine] = []
    missing: list[Missing] = []
    for line in lines:
        wanted = Product.objects.filter(
            pk=line.product_id, on_hand__gte=F("reserved") + line.quantity
        )
        if wanted.update(reserved=F("reserved") + line.quantity):
            taken.append(line)
        else:
            missing.append(Missing(line.product_id, line.quantity))
    if missing:
        _put_back((line.product_id, line.quantity) for line in taken)
        return missing
    _keep(order, lines, now)
    return []


def expiry(now: datetime) -> datetime:
    """Return until when stock is held that is taken `now`."""
    return now + timedelta(minutes=settings.ORDERS_HOLD_MINUTES)


def follow(order: Order, hold: Hold, now: datetime) -> bool:
    """Do to the order's hold what its cell says; False where there is nothing to do it to.

    Taking is the reservation's own step, done before the act.
    """
    if hold in (Hold.NONE, Hold.TAKE):
        return True
    kept = StockHold.objects.select_for_update().filter(order=order, status__in=_OPEN).first()
    if kept is None:
        # A verdict counts whether or not there is something to hold on to.
        return hold is Hold.RENEW
    if hold in (Hold.PAY, Hold.RENEW):
        if hold is Hold.PAY:
            kept.status = HoldStatus.PAYING
        else:
            kept.expires_at = expiry(now)
        kept.save(update_fields=["status", "expires_at"])
        return True
    return _after_picking(order, kept, hold, now)


def _after_picking(order: Order, kept: StockHold, hold: Hold, now: datetime) -> bool:
    wrote_off = _write_off(order, kept, now)
    if hold is Hold.WRITE_OFF:
        return wrote_off
    rest = [(line.product_id, line.quantity - line.written_off) for line in _lines(kept)]
    if hold is Hold.COMMIT:
        _commit(order, rest, now)
    else:
        _put_back(rest)
    kept.status = HoldStatus.COMMITTED if hold is Hold.COMMIT else HoldStatus.RELEASED
    kept.closed_at = now
    kept.save(update_fields=["status", "closed_at"])
    return True


def _keep(order: Order, lines: Sequence[OrderLine], now: datetime) -> None:
    kept = StockHold.objects.create(order=order, expires_at=expiry(now))
    HoldLine.objects.bulk_create(
        HoldLine(hold=kept, product_id=line.product_id, quantity=line.quantity) for line in lines
    )


def _lines(kept: StockHold) -> list[HoldLine]:
    return list(HoldLine.objects.filter(hold=kept).order_by("product_id"))


def _write_off(order: Order, kept: StockHold, now: datetime) -> bool:
    """Take off the shelf what was not found of the order; tell whether there was anything."""
    picked = {line.product_id: line.picked for line in OrderLine.objects.filter(order=order)}
    wrote_any = False
    for line in _lines(kept):
        found = picked[line.product_id]
        lost = 0 if found is None else line.quantity - found - line.written_off
        if lost > 0:
            _take_off(line.product_id, lost)
            reason, actor = _reported(order, line.product_id)
            StockMovement.objects.create(
                product_id=line.product_id,
                kind=StockMovement.Kind.WRITE_OFF,
                quantity=-lost,
                order_id=order.id,
                reason=reason,
                actor=actor,
                at=now,
            )
            HoldLine.objects.filter(pk=line.pk).update(written_off=F("written_off") + lost)
            wrote_any = True
    return wrote_any


def _reported(order: Order, sku: str) -> tuple[str, str]:
    """Return why units are missing and who said so, as the pick list has it."""
    lines = PickLine.objects.filter(pick_list_id=order.id, product_id=sku)
    return lines.values_list("reason", "reported_by").first() or ("not_found", "")


def _commit(order: Order, rest: Iterable[tuple[str, int]], now: datetime) -> None:
    for sku, quantity in rest:
        if quantity:
            _take_off(sku, quantity)
            StockMovement.objects.create(
                product_id=sku,
                kind=StockMovement.Kind.COMMIT,
                quantity=-quantity,
                order_id=order.id,
                at=now,
            )


def _put_back(rest: Iterable[tuple[str, int]]) -> None:
    for sku, quantity in rest:
        Product.objects.filter(pk=sku).update(reserved=F("reserved") - quantity)


def _take_off(sku: str, quantity: int) -> None:
    Product.objects.filter(pk=sku).update(
        on_hand=F("on_hand") - quantity, reserved=F("reserved") - quantity
    )
