import os
from collections.abc import Sequence
from typing import Any

from messaging.consumer import BatchConsumer, DeadLetterPolicy, Message, Takes
from messaging.tests.scratch.events import SCRATCH, Noted
from messaging.tests.scratch.models import Entry

LIMIT = int(os.environ.get("TRILHO_SCRATCH_LIMIT", "100"))


class Notes(BatchConsumer):
    """Writes one entry for each event; the process tests run it with `run_consumer`."""

    name = f"{SCRATCH.name}_notes"
    owner = "messaging"
    takes = (Takes(Noted, default=True),)
    dead_letters = DeadLetterPolicy(park_key=True, limit_in_row=LIMIT)

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        Entry.objects.bulk_create(entry_of(self.name, each) for each in messages)


def entry_of(consumer: str, message: Message[Any]) -> Entry:
    """Return the entry that tells of `message`, unsaved."""
    return Entry(
        consumer=consumer,
        event_id=message.event_id,
        key=(message.record.key or b"").decode(),
        number=message.event.number,
        partition=message.record.partition,
        offset=message.record.offset,
    )
