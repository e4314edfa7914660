"""Judges every order that was placed, by the rules in force, and says whether it may be paid."""

from typing import Any

from django.utils import timezone

from messaging.consumer import Consumer, Message, Takes
from orders.events import OrderPlaced
from orders.services import judge


class Fraud(Consumer):
    """Writes each order's receipt and says its verdict; a doubtful one waits for a person."""

    name = "fraud"
    owner = "orders"
    takes = (Takes(OrderPlaced),)

    def handle(self, event: OrderPlaced, message: Message[Any]) -> None:  # noqa: ARG002 - by id
        """Judge the order of the event, as its row tells of it."""
        judge.judge(event.order_id, timezone.now())
