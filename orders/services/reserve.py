"""Keeps stock back for orders, and follows what becomes of them: a whole batch in one transaction.

Every lock of a batch is taken before anything is changed, orders by id, then articles by SKU, then
coupons by code, so that reservers in several processes wait for each other but never in a circle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging import trace
from orders import metrics
from orders.domain.pipeline import cell_of
from orders.domain.states import Happening, State
from orders.events import MissingLine
from orders.models import Order, OrderLine, Product
from orders.services import coupons, stock
from orders.services.act import Act, act, lock_in_turn


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to happen to the stock of an order; STOCK_RESERVED may turn out STOCK_MISSING.

    `traceparent` is of the message that wants it, so that what is said goes on in its trace.
    """

    order_id: str
    happening: Happening
    traceparent: str | None = None


class UnknownOrderError(Exception):
    """No order has that id."""


def follow(wanted: Sequence[Wanted], *, now: datetime) -> None:
    """Do all that is wanted, in its order, inside the running transaction.

    What an order no longer takes is ignored and counted. Raises UnknownOrderError.
    """
    orders = _locked({each.order_id for each in wanted})
    for each in wanted:
        order = orders.get(each.order_id)
        if order is None:
            raise UnknownOrderError(each.order_id)
        with trace.use(trace.continue_from(each.traceparent)):
            _follow(order, each.happening, now)


def _follow(order: Order, happening: Happening, now: datetime) -> None:
    if happening is Happening.STOCK_RESERVED:
        _reserve(order, now)
    else:
        act(order, Act(happening=happening, now=now))


def _reserve(order: Order, now: datetime) -> None:
    """Hold every line or none, unless the order takes no stock any more."""
    if cell_of(State(order.state), Happening.STOCK_RESERVED) is None:
        metrics.IGNORED.labels(Happening.STOCK_RESERVED).inc()
        return
    missing = stock.take(order, now)
    if missing:
        lines = [MissingLine(each.sku, each.quantity) for each in missing]
        act(order, Act(happening=Happening.STOCK_MISSING, now=now, details={"missing": lines}))
        return
    details = {"expires_at": stock.expiry(now)}
    act(order, Act(happening=Happening.STOCK_RESERVED, now=now, details=details))


def _locked(ids: Iterable[str]) -> dict[str, Order]:
    """Return the orders by id; they, and the articles of several, stay locked until the end."""
    orders = lock_in_turn(ids)
    if len(orders) > 1:
        skus = OrderLine.objects.filter(order__in=orders).values_list("product_id", flat=True)
        articles = Product.objects.select_for_update().filter(pk__in=set(skus)).order_by("pk")
        # One order takes its few articles in that order by itself.
        list(articles.values_list("pk", flat=True))
        coupons.lock_in_turn(orders.values())
    return orders
