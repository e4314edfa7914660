"""Gives the warehouse its pick lists, and takes back those of cancelled orders."""

from typing import Any

from django.utils import timezone

from messaging.consumer import Consumer, Message, Takes
from orders.events import OrderCancelled, PaymentProcessed
from orders.services import pick_lists


class Picking(Consumer):
    """Starts a list for each approved payment and withdraws it when its order is cancelled."""

    name = "picking"
    owner = "orders"
    takes = (Takes(PaymentProcessed), Takes(OrderCancelled))

    def handle(self, event: Any, message: Message[Any]) -> None:  # noqa: ARG002 - the contract
        """Start or withdraw; refusals and refunds are no business of the warehouse."""
        now = timezone.now()
        if isinstance(event, OrderCancelled):
            pick_lists.withdraw(event.order_id, now=now)
        elif event.status == "approved":
            pick_lists.start(event.order_id, now=now)
