"""A topic with records and a consumer of its own, for tests that run it as a process."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar
from uuid import uuid4

from messaging.clock import SystemClock
from messaging.confirmed import confirmed
from messaging.consumer import Takes
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.models import DeadLetter
from messaging.observers import Observers
from messaging.runtime import Runtime
from messaging.tests import outbox_kit as kit
from messaging.tests.scratch.consumers.calls import Calls
from messaging.tests.scratch.consumers.notes import Notes
from messaging.tests.scratch.events import Noted
from messaging.tests.scratch.models import Entry
from messaging.topics import Topic

NOTES = 20


class Case:
    """One topic with its records, and the consumer that a process runs on it."""

    def __init__(self, bootstrap: str, kind: str = "notes") -> None:
        self.topic = kit.make_topic_called(f"scratch-{uuid4()}")
        self.consumer = f"{self.topic}_{kind}"
        self._bootstrap = bootstrap
        kit.make_topic_called(f"{self.consumer}.dlq")

    def produce(self, *values: bytes, key: str = "k") -> None:
        with confirmed() as send:
            for value in values:
                send(self.topic, value, key)

    def note(self, first: int, count: int, key: str = "k") -> None:
        self.produce(*(b'{"number": %d}' % n for n in range(first, first + count)), key=key)

    @contextmanager
    def running(self, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
        command = ("manage.py", "run_consumer", self.consumer, *arguments)
        named = {"TRILHO_SCRATCH_TOPIC": self.topic, "TRILHO_LOG_LEVEL": "CRITICAL", **environment}
        with kit.process(*command, bootstrap=self._bootstrap, **named) as process:
            yield process

    def successor(self) -> Runtime:
        """Return a new member of the case's group, here."""

        class Again(Noted, frozen=True, kw_only=True):
            TOPIC: ClassVar[Topic] = Topic(name=self.topic, retention=None)

        kind = Calls if self.consumer.endswith("_calls") else Notes
        settings = {"name": self.consumer, "takes": (Takes(Again, default=True),)}
        runtime = Runtime(
            type("Successor", (kind,), settings)(),
            KafkaMembership(self.consumer),
            box=KafkaLetterBox(),
            observers=Observers(self.consumer, ()),
            clock=SystemClock(),
        )
        runtime.join()
        return runtime

    def has_letter(self) -> bool:
        return DeadLetter.objects.filter(consumer=self.consumer).exists()

    def numbers(self) -> list[int]:
        found = Entry.objects.filter(consumer=self.consumer)
        return sorted(found.values_list("number", flat=True))

    def is_done(self, count: int = NOTES) -> bool:
        return len(self.numbers()) >= count
