"""Gives the warehouse its pick lists, and takes back those of cancelled orders."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from messaging import trace
from messaging.consumer import BatchConsumer, Message, Takes
from orders.events import OrderCancelled, PaymentProcessed
from orders.services import pick_lists
from orders.services.act import lock_in_turn


class Picking(BatchConsumer):
    """Starts a list for each approved payment and withdraws it when its order is cancelled."""

    name = "picking"
    owner = "orders"
    takes = (Takes(PaymentProcessed), Takes(OrderCancelled))
    # A batch keeps its orders locked for as long as it lasts.
    batch_size = 50

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Start or withdraw; refusals and refunds are no business of the warehouse."""
        ours = [each for each in messages if _concerns(each.event)]
        lock_in_turn(each.event.order_id for each in ours)
        for each in ours:
            with trace.use(trace.continue_from(each.traceparent)):
                _follow(each.event)


def _concerns(event: Any) -> bool:
    return isinstance(event, OrderCancelled) or event.status == "approved"


def _follow(event: Any) -> None:
    now = timezone.now()
    if isinstance(event, OrderCancelled):
        pick_lists.withdraw(event.order_id, now=now)
    else:
        pick_lists.start(event.order_id, now=now)
