"""Looks the shop's books through: stock, holds and money of every order, each rule a sentence.

Rules that only hold once an order is at rest are asked of orders whose state is final and that
nothing is under way for; the others hold at every moment.
"""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from messaging.one_moment import one_moment
from orders.domain.money import owed_back_cents
from orders.domain.states import FINAL, WITHOUT_GOODS, Happening, State
from orders.models import (
    Coupon,
    HoldLine,
    HoldStatus,
    Order,
    OrderEventRow,
    Product,
    RefundDue,
    StockHold,
    StockMovement,
)

_EXAMPLES: Final = 5
_WITH_GOODS: Final = (State.PICKED, State.DISPATCHED)
_OPEN: Final = (HoldStatus.HELD, HoldStatus.PAYING)


def findings() -> list[str]:
    """Return what is wrong, each rule with a few ids; nothing where the books are right.

    Each rule looks at one moment, so that none is broken by an order that moves meanwhile.
    """
    checks = {
        "articles whose count is not the sum of their movements": _miscounted,
        "articles that keep back other than what is held": _misreserved,
        "expired orders that still keep stock back": _unexpired_holds,
        "units that ended otherwise than held": _lost_units,
        "orders that left without being paid": _unpaid,
        "orders charged other than their total": _mischarged,
        "cancelled orders that were not given all back": _unrefunded,
        "sent orders that were given back other than what was missing": _misrefunded,
        "refunds that do not add up": _uneven_refunds,
        "refunds made by hand and by the bank, too": _made_twice,
        "orders that ended twice": _ended_twice,
        "coupons that count other orders than they have": _miscounted_coupons,
    }
    broken = {rule: _broken(ids) for rule, ids in checks.items()}
    return [
        f"{rule}: {len(found)}, such as {', '.join(found[:_EXAMPLES])}"
        for rule, found in broken.items()
        if found
    ]


def _broken(ids: Callable[[], Iterator[str]]) -> list[str]:
    with one_moment():
        return list(ids())


def settled_by_hand() -> list[tuple[str, int]]:
    """Return order and cents of each refund that a person made without the bank, oldest first."""
    rows = RefundDue.objects.filter(by_hand=True).order_by("made_at", "pk")
    return list(rows.values_list("order_id", "amount_cents"))


def under_way() -> QuerySet[Order]:
    """Return orders that something is still to be done for: steps, stock or money."""
    open_holds = Q(hold__status__in=_OPEN)
    owed = Q(pk__in=RefundDue.objects.filter(made_at=None).values("order_id"))
    short = Q(pk__in=_short_of_a_refund())
    return Order.objects.filter(~Q(state__in=FINAL) | open_holds | owed | short)


def _short_of_a_refund() -> list[str]:
    """Return orders with goods of which a shortage was said, and its refund not yet made.

    One refund may give back for two shortages that were said in a row.
    """
    acts = OrderEventRow.objects.filter(order__state__in=_WITH_GOODS).values("order_id")
    shorts = Count("pk", filter=Q(happening=Happening.PICKED_SHORT))
    refunds = Count("pk", filter=Q(happening=Happening.PART_REFUND_MADE))
    waiting = acts.annotate(shorts=shorts, refunds=refunds).filter(shorts__gt=F("refunds"))
    orders = Order.objects.filter(pk__in=waiting.values("order_id")).prefetch_related("lines")
    return [order.pk for order in orders if order.refunded_cents < _owed_back(order)]


def _owed_back(order: Order) -> int:
    return owed_back_cents(order.total_cents, order.lines.all())


def _at_rest() -> QuerySet[Order]:
    return Order.objects.exclude(pk__in=under_way().values("pk"))


def _miscounted() -> Iterator[str]:
    sums = Product.objects.annotate(moved=Coalesce(Sum("movements__quantity"), 0))
    return iter(sums.exclude(on_hand=F("moved")).values_list("pk", flat=True))


def _misreserved() -> Iterator[str]:
    lines = HoldLine.objects.filter(hold__status__in=_OPEN).values("product_id")
    held = dict(
        lines.annotate(units=Sum(F("quantity") - F("written_off"))).values_list(
            "product_id", "units"
        )
    )
    for sku, reserved in Product.objects.order_by("pk").values_list("pk", "reserved"):
        if reserved != held.get(sku, 0):
            yield sku


def _unexpired_holds() -> Iterator[str]:
    """Tell of expired orders alone: all others give their stock back by an event of their own."""
    expired = Order.objects.filter(state=State.CANCELLED, reason="reservation_expired")
    holds = StockHold.objects.filter(status__in=_OPEN, order__in=expired)
    return iter(holds.values_list("pk", flat=True))


def _lost_units() -> Iterator[str]:
    """Of a closed hold every unit was sold, given back or written off, and no unit twice."""
    moved = StockMovement.objects.exclude(order_id="").values("order_id", "kind")
    sums: dict[tuple[str, str], int] = {
        (row["order_id"], row["kind"]): -row["units"]
        for row in moved.annotate(units=Sum("quantity"))
    }
    lines = HoldLine.objects.exclude(hold__status__in=_OPEN).values("hold_id", "hold__status")
    for row in lines.annotate(units=Sum("quantity"), lost=Sum("written_off")):
        order_id = row["hold_id"]
        is_sold = row["hold__status"] == HoldStatus.COMMITTED
        sold = row["units"] - row["lost"] if is_sold else 0
        kinds = StockMovement.Kind
        told = (sums.get((order_id, kinds.COMMIT), 0), sums.get((order_id, kinds.WRITE_OFF), 0))
        if told != (sold, row["lost"]):
            yield order_id


def _unpaid() -> Iterator[str]:
    gone = Order.objects.filter(state__in=(State.PICKING, *_WITH_GOODS), payment_id="")
    return iter(gone.values_list("pk", flat=True))


def _mischarged() -> Iterator[str]:
    charged = Order.objects.exclude(payment_id="").exclude(charged_cents=F("total_cents"))
    return iter(charged.values_list("pk", flat=True))


def _unrefunded() -> Iterator[str]:
    ended = _at_rest().exclude(state__in=_WITH_GOODS)
    return iter(ended.exclude(refunded_cents=F("charged_cents")).values_list("pk", flat=True))


def _misrefunded() -> Iterator[str]:
    sent = _at_rest().filter(state=State.DISPATCHED).prefetch_related("lines")
    for order in sent.iterator(chunk_size=500):
        if order.refunded_cents != _owed_back(order):
            yield order.pk


def _uneven_refunds() -> Iterator[str]:
    made = RefundDue.objects.exclude(made_at=None).values("order_id")
    sums = dict(made.annotate(cents=Sum("amount_cents")).values_list("order_id", "cents"))
    rows = Order.objects.filter(Q(refunded_cents__gt=0) | Q(pk__in=sums))
    for order_id, cents in rows.values_list("pk", "refunded_cents"):
        if sums.get(order_id, 0) != cents:
            yield order_id


def _made_twice() -> Iterator[str]:
    rows = RefundDue.objects.filter(by_hand=True).exclude(refund_id="")
    return iter(rows.values_list("order_id", flat=True))


def _ended_twice() -> Iterator[str]:
    """Look for orders whose history knows two different ends."""
    ends = {state.value for state in FINAL}
    acts = OrderEventRow.objects.filter(state__in=ends).values_list("order_id", "state").distinct()
    first: dict[str, str] = {}
    for order_id, state in acts:
        if first.setdefault(order_id, state) != state:
            yield order_id


def _miscounted_coupons() -> Iterator[str]:
    """Compare: an order uses its coupon from its first moment until it ends without goods."""
    kept = Order.objects.exclude(coupon_code="").exclude(state__in=WITHOUT_GOODS)
    orders = dict(kept.values_list("coupon_code").annotate(orders=Count("pk")))
    for code, used in Coupon.objects.order_by("pk").values_list("code", "used"):
        if used != orders.get(code, 0):
            yield code
