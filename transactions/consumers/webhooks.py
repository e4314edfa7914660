"""The webhooks' reader: what was decided becomes due to those who want to be told.

Sending is another process (`manage.py run_webhooks`), so that a slow endpoint never holds a topic.
"""

from collections.abc import Sequence
from typing import Any

from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message, Takes
from transactions.events import TransactionDecided
from transactions.services.webhooks import enqueue


class Webhooks(BatchConsumer):
    """Writes what is due to the subscribed webhooks of each decision's account."""

    name = "webhooks"
    owner = "gateway"
    takes = (Takes(TransactionDecided),)

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Write a batch of messages that are due at once."""
        enqueue.enqueue_deliveries(messages, now=SystemClock().now(), using=self.database)
