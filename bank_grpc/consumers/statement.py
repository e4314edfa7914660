"""Builds the cards' statements from the topic, and from nothing else."""

from collections.abc import Sequence
from typing import Any

from bank_grpc.events import PaymentRecorded
from bank_grpc.services.post import post
from messaging.consumer import BatchConsumer, Message, Takes


class Statement(BatchConsumer):
    """Writes each approved movement of `payments` as one line of its card's statement."""

    name = "statement"
    owner = "bank"
    takes = (Takes(PaymentRecorded),)

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Post a batch in one statement."""
        post(messages)
