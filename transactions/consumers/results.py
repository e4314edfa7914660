"""The results reader: decisions come back through Kafka to the side that faces the merchant."""

from collections.abc import Sequence
from typing import Any

from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message, Takes
from transactions.events import TransactionDecided
from transactions.services import record_results


class Results(BatchConsumer):
    """Sets the decision on the merchant's transaction; it never takes one back."""

    name = "results"
    owner = "gateway"
    takes = (Takes(TransactionDecided),)

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Record a batch in one statement."""
        record_results.record_results(messages, now=SystemClock().now(), using=self.database)
