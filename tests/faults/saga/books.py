"""Compares every book of the shop after the run: orders, stock, bank, mails, warehouse."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import F, Sum

from bank_grpc.models import Payment
from messaging.models import DeadLetter, OutboxMessage
from orders.domain.money import owed_back_cents
from orders.domain.notices import notice_of
from orders.domain.states import FINAL, Happening, State, Status
from orders.models import (
    HoldLine,
    HoldStatus,
    Mail,
    Order,
    OrderEventRow,
    PersonTask,
    Product,
    RefundDue,
    StockHold,
    StockMovement,
)
from orders.selectors_reports import totals

_OPEN: Final = (HoldStatus.HELD, HoldStatus.PAYING)
_RANK: Final = {status: rank for rank, status in enumerate(Status)}
Kind = StockMovement.Kind


def is_settled() -> bool:
    """Tell whether nothing is under way any more, of orders and of whatever follows them."""
    waiting = (
        Order.objects.exclude(state__in=FINAL),
        StockHold.objects.filter(status__in=_OPEN),
        RefundDue.objects.filter(made_at=None),
        PersonTask.objects.filter(done_at=None),
        OutboxMessage.objects.filter(sent_at=None),
        Mail.objects.filter(status=Mail.Status.DUE),
    )
    if any(rows.exists() for rows in waiting):
        return False
    return totals().are_equal and _mails() == _news()


def figures() -> dict[str, Any]:
    """Return what the run came to."""
    states = Counter(Order.objects.values_list("state", flat=True))
    return {
        "orders": sum(states.values()),
        "states": dict(sorted(states.items())),
        "reasons": dict(Counter(Order.objects.values_list("reason", flat=True))),
        "charged_cents": _sum(Order.objects.all(), "charged_cents"),
        "refunded_cents": _sum(Order.objects.all(), "refunded_cents"),
        "mails": Mail.objects.count(),
        "events": OrderEventRow.objects.count(),
        "tasks": PersonTask.objects.count(),
    }


def findings() -> list[str]:
    """Return whatever is not as it must be; empty where every book is right."""
    return [*findings_without_bank(), *_money()]


def findings_without_bank() -> list[str]:
    """Return whatever is not as it must be in the shop's own books."""
    checks: tuple[Callable[[], Iterator[str]], ...] = (_orders, _stock, _holds, _told)
    return [found for check in checks for found in check()]


def _orders() -> Iterator[str]:
    for order in Order.objects.prefetch_related("events", "lines"):
        events = sorted(order.events.all(), key=lambda row: row.version)
        yield from (f"{order.id} {what}" for what in (*_history(order, events), *_end(order)))


def _history(order: Order, events: list[OrderEventRow]) -> Iterator[str]:
    versions = [row.version for row in events]
    if versions != list(range(1, order.version + 1)):
        yield f"has the versions {versions}"
    words = [_RANK[Status(row.status)] for row in events]
    if words != sorted(words):
        yield "moved backwards in public"
    happened = [row.happening for row in events]
    if Happening.PICKING_STARTED in happened and not _was_paid_first(happened):
        yield f"was picked before it was paid: {happened}"


def _end(order: Order) -> Iterator[str]:
    if State(order.state) not in FINAL:
        yield f"ended nowhere: {order.state}"
    elif order.state == State.DISPATCHED:
        owed = owed_back_cents(order.total_cents, order.lines.all())
        if (order.charged_cents, order.refunded_cents) != (order.total_cents, owed):
            yield f"was charged {order.charged_cents} and got {order.refunded_cents} back"
    elif order.charged_cents != order.refunded_cents:
        yield "ended without goods and keeps money"


def _was_paid_first(happened: list[str]) -> bool:
    needed = (Happening.STOCK_RESERVED, Happening.FRAUD_CLEAR, Happening.PAYMENT_APPROVED)
    before = happened[: happened.index(Happening.PICKING_STARTED)]
    return all(each in before for each in needed)


def _stock() -> Iterator[str]:
    for product in Product.objects.all():
        moved = _sum(product.movements.all(), "quantity")
        kinds = {kind: _sum(product.movements.filter(kind=kind), "quantity") for kind in Kind}
        if not product.on_hand == moved == sum(kinds.values()):
            yield f"{product.sku}: {product.on_hand} on hand, {moved} moved"
        if product.reserved:
            yield f"{product.sku}: {product.reserved} reserved for nobody"


def _holds() -> Iterator[str]:
    """Find units that did not end in exactly one of committed, released and written off."""
    moved: Counter[tuple[str, str, str]] = Counter()
    for row in StockMovement.objects.exclude(order_id=""):
        moved[row.order_id, row.product_id, row.kind] -= row.quantity
    for line in HoldLine.objects.select_related("hold"):
        sold, lost = (
            moved[line.hold_id, line.product_id, kind] for kind in (Kind.COMMIT, Kind.WRITE_OFF)
        )
        is_sold = line.hold.status == HoldStatus.COMMITTED
        if line.hold.status in _OPEN:
            yield f"hold {line.hold_id} is {line.hold.status}"
        elif lost != line.written_off or sold != (line.quantity - lost if is_sold else 0):
            yield f"hold {line.hold_id}: of {line.quantity} sold {sold}, lost {lost}"


def _money() -> Iterator[str]:
    approved = Payment.objects.filter(status="approved").exclude(order_id="")
    charged = {each.order_id: each for each in approved}
    if len(charged) != approved.count():
        yield "an order was charged twice"
    for order in Order.objects.all():
        paid = charged.pop(order.id, None)
        at_bank = (paid.id, paid.amount_cents, paid.refunded_cents) if paid else ("", 0, 0)
        if at_bank != (order.payment_id if paid else "", order.charged_cents, order.refunded_cents):
            yield f"{order.id}: the bank has {at_bank}"
    if charged:
        yield f"{len(charged)} payments belong to no order"
    made = RefundDue.objects.filter(made_at__isnull=False)
    if _sum(made, "amount_cents") != _sum(Order.objects.all(), "refunded_cents"):
        yield "the refunds that were made are not those of the orders"


def _told() -> Iterator[str]:
    dead = DeadLetter.objects.values_list("consumer", "error_class")
    yield from (f"dead letter: {each}" for each in Counter(dead).items())
    if not (both := totals()).are_equal:
        yield f"the warehouse differs: {both}"
    if _mails() != _news():
        yield f"{_mails()} mails for {_news()} pieces of news"
    unheard = Mail.objects.filter(status=Mail.Status.REFUSED).count()
    if unheard:
        yield f"{unheard} mails were refused"


def _mails() -> int:
    return Mail.objects.count()


def _news() -> int:
    said = OrderEventRow.objects.exclude(topic="").values_list("topic", "said")
    return sum(notice_of(topic, status) is not None for topic, status in said)


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(all=Sum(F(column)))["all"] or 0)
