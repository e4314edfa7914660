"""The processor: every transaction on the topic gets its decision, ours and everybody's."""

from collections.abc import Sequence
from typing import Any

from cards.installation import vault
from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message, Takes
from transactions.events import TransactionReceived, TransactionReceivedPlain
from transactions.repository import DatabaseDecisions
from transactions.services import process


class Processor(BatchConsumer):
    """Approves or rejects, by the rules of CONTRACTS section 2; the result goes to its topic."""

    name = "processor"
    owner = "gateway"
    takes = (Takes(TransactionReceived), Takes(TransactionReceivedPlain, default=True))
    batch_size = 1000
    overlaps = True

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Decide a batch in one statement."""
        process.process_transactions(
            messages,
            repository=DatabaseDecisions(self.database),
            vault=vault(),
            now=SystemClock().now(),
        )
