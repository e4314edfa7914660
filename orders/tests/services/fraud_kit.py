"""Makes judged orders for the tests of fraud."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from orders.domain.states import State
from orders.models import Order, Product
from orders.services import judge
from orders.tests.kit import NOW, made_customer, made_order, made_product


def placed(**more: Any) -> Order:
    """Return an order of one article, which is made where it is not there."""
    if not Product.objects.filter(pk="CAFE-1KG").exists():
        made_product(on_hand=1000)
    return made_order({"CAFE-1KG": 1}, **more)


def burst(count: int, **more: Any) -> list[Order]:
    """Return orders of one card and many customers, ten seconds apart, the last one at NOW."""
    times = [NOW - timedelta(seconds=10 * ago) for ago in reversed(range(count))]
    same = {"card_fingerprint": "c" * 64} | more
    return [placed(customer=made_customer(), created_at=at, **same) for at in times]


def judged(order: Order, now: datetime = NOW) -> judge.Judged:
    """Judge an order that nobody judged, as the consumer does."""
    with transaction.atomic():
        made = judge.judge(order.id, now)
    assert made is not None
    return made


def doubtful(**more: Any) -> Order:
    """Return an order that waits for a person: the sixth of a burst."""
    order = burst(6, **more)[-1]
    judged(order)
    order.refresh_from_db()
    assert order.state in (State.IN_REVIEW, State.HELD_IN_REVIEW)
    return order
