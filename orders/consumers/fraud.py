"""Judges every order that was placed, by the rules in force, and says whether it may be paid."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from messaging import trace
from messaging.consumer import BatchConsumer, Message, Takes
from orders.events import OrderPlaced
from orders.services import coupons, judge
from orders.services.act import lock_in_turn


class Fraud(BatchConsumer):
    """Writes each order's receipt and says its verdict; a doubtful one waits for a person."""

    name = "fraud"
    owner = "orders"
    takes = (Takes(OrderPlaced),)
    # A batch keeps its orders locked for as long as it lasts.
    batch_size = 50

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Judge the orders of the events, as their rows tell of them."""
        orders = lock_in_turn(each.event.order_id for each in messages)
        coupons.lock_in_turn(orders.values())
        for each in messages:
            with trace.use(trace.continue_from(each.traceparent)):
                judge.judge(each.event.order_id, timezone.now())
