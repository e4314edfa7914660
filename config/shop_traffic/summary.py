"""What a simulated day came to: answers, ends, times, and whether every book is right."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Sum
from rich.table import Table

from bank_grpc.models import Payment
from config.shop_traffic.shop import Shop
from orders.domain.reports import percentile
from orders.models import Order, OrderEventRow
from orders.services import audit


def findings(since: datetime) -> list[str]:
    """Return what is wrong in the shop's books, or between them and the bank's."""
    orders = {order.pk: order for order in Order.objects.filter(created_at__gte=since)}
    paid = Payment.objects.filter(order_id__in=list(orders), status="approved")
    charged = Counter(paid.values_list("order_id", flat=True))
    wrong = [each for each, times in charged.items() if times > 1]
    for payment in paid:
        order = orders[payment.order_id]
        told = (order.charged_cents, order.refunded_cents)
        if told != (payment.amount_cents, payment.refunded_cents):
            wrong.append(order.pk)
    wrong += [each for each, order in orders.items() if order.charged_cents and not charged[each]]
    of_bank = [f"orders that the bank knows otherwise: {', '.join(wrong[:5])}"] if wrong else []
    return audit.findings() + of_bank


def table(shop: Shop, since: datetime, *, left: int) -> Table:
    """Return the closing table."""
    orders = Order.objects.filter(created_at__gte=since)
    shown = Table(title="A day at the shop", show_header=False)
    for name, value in _rows(shop, orders, left):
        shown.add_row(name, str(value))
    return shown


def _rows(shop: Shop, orders: Any, left: int) -> Sequence[tuple[str, object]]:
    sums = orders.aggregate(charged=Sum("charged_cents"), refunded=Sum("refunded_cents"))
    seconds = _seconds_to_paid(orders)
    ends = Counter(orders.values_list("status", "reason"))
    return [
        *((f"answered: {what}", count) for what, count in sorted(shop.answers.items())),
        *(
            (f"{status} {reason}".strip(), count)
            for (status, reason), count in sorted(ends.items())
        ),
        ("still under way", left),
        ("charged", _money(sums["charged"])),
        ("given back", _money(sums["refunded"])),
        ("checkout to paid, p50", f"{percentile(seconds, 50):.2f} s"),
        ("checkout to paid, p99", f"{percentile(seconds, 99):.2f} s"),
    ]


def _seconds_to_paid(orders: Any) -> list[float]:
    paid = OrderEventRow.objects.filter(order__in=orders, happening="payment_approved")
    pairs = paid.values_list("at", "order__created_at")
    return [(at - created).total_seconds() for at, created in pairs]


def _money(cents: int | None) -> str:
    return f"{(cents or 0) // 100:,}.{(cents or 0) % 100:02}"
