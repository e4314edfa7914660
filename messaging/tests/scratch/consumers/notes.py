from collections.abc import Sequence
from typing import Any

from messaging.consumer import BatchConsumer, Message, Takes
from messaging.tests.scratch.events import Noted
from messaging.tests.scratch.models import Entry


class Notes(BatchConsumer):
    """Writes one entry for each event; the process tests run it with `run_consumer`."""

    name = "scratch_notes"
    owner = "messaging"
    takes = (Takes(Noted, default=True),)

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        Entry.objects.bulk_create(
            Entry(
                consumer=self.name,
                event_id=each.event_id,
                key=(each.record.key or b"").decode(),
                number=each.event.number,
                partition=each.record.partition,
                offset=each.record.offset,
            )
            for each in messages
        )
