from typing import Any

from messaging.consumer import CallingConsumer, Message, Takes
from messaging.tests.scratch.consumers.notes import entry_of
from messaging.tests.scratch.events import SCRATCH, Noted
from messaging.tests.scratch.models import Entry


class Calls(CallingConsumer):
    """Commits an intent, calls out (a file is the outside world), writes one entry."""

    name = f"{SCRATCH.name}_calls"
    owner = "messaging"
    takes = (Takes(Noted, default=True),)

    def prepare(self, event: Any, message: Message[Any]) -> str:
        intent = entry_of(f"{self.name}_intents", message)
        Entry.objects.get_or_create(
            consumer=intent.consumer,
            event_id=intent.event_id,
            defaults={"key": "", "number": 0, "partition": 0, "offset": 0},
        )
        return intent.event_id

    def call(self, intent: str) -> str:
        return intent

    def conclude(self, event: Any, message: Message[Any], outcome: str) -> None:
        entry_of(self.name, message).save()
