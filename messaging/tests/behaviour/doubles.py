"""Consumers whose behaviour a test writes: what they take, what they applied, when they fail."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from messaging.consumer import (
    BatchConsumer,
    CallingConsumer,
    Consumer,
    Message,
    RetryPolicy,
    Takes,
)
from messaging.events import Event
from messaging.tests.behaviour.worlds import World, headers
from messaging.tests.scratch.models import Entry
from messaging.topics import Topic

SOON = RetryPolicy(first_delay=timedelta(milliseconds=20), longest_delay=timedelta(milliseconds=50))
TYPE = "scratch.noted.v1"
Fault = Callable[[Message[Any]], None]
C = TypeVar("C", bound="Recorder")


def no_fault(message: Message[Any]) -> None:
    """Let every message pass."""


class Recorder:
    """What the doubles share: they write an Entry a message, and then `fault` may raise."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.fault: Fault = no_fault
        self.handled: list[tuple[str, int]] = []

    def record(self, message: Message[Any]) -> None:
        key = (message.record.key or b"").decode()
        self.handled.append((key, message.event.number))
        Entry.objects.create(
            consumer=self.name,
            event_id=message.event_id,
            key=key,
            number=message.event.number,
            partition=message.record.partition,
            offset=message.record.offset,
        )
        self.fault(message)

    def entries(self) -> list[tuple[str, int]]:
        found = Entry.objects.filter(consumer=self.name).order_by("id")
        return list(found.values_list("key", "number"))

    def numbers(self, key: str | None = None) -> list[int]:
        return [number for each, number in self.entries() if key in {None, each}]


class RecordingConsumer(Recorder, Consumer):
    owner = "tests"
    retry = SOON

    def handle(self, event: Any, message: Message[Any]) -> None:
        self.record(message)


class RecordingBatchConsumer(Recorder, BatchConsumer):
    owner = "tests"
    retry = SOON

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        for message in messages:
            self.record(message)


class RecordingCallingConsumer(Recorder, CallingConsumer):
    owner = "tests"
    retry = SOON

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.on_call: Callable[[str], None] = lambda _: None

    def prepare(self, event: Any, message: Message[Any]) -> str:
        intent, _ = Entry.objects.get_or_create(
            consumer=f"{self.name}-intents",
            event_id=message.event_id,
            defaults={"key": str(uuid4()), "number": event.number, "partition": 0, "offset": 0},
        )
        return intent.key

    def call(self, intent: str) -> str:
        self.calls.append(intent)
        self.on_call(intent)
        return intent

    def conclude(self, event: Any, message: Message[Any], outcome: str) -> None:
        self.record(message)


def double(kind: type[C], world: World, **attributes: Any) -> C:
    """Return a consumer of `kind` on the world's topic and group."""

    class Noted(Event, frozen=True, kw_only=True):
        TOPIC: ClassVar[Topic] = Topic(name=world.topic, retention=None)
        TYPE: ClassVar[str] = "scratch.noted.v1"

        number: int

    settings = {"name": world.group, "takes": (Takes(Noted, default=True),), **attributes}
    made: C = type("Double", (kind,), settings)()
    return made


def note(
    world: World,
    number: int,
    *,
    key: str = "k",
    partition: int = 0,
    event_id: str | None = None,
    event_type: str = TYPE,
) -> str:
    """Produce one event; return its id."""
    identity = event_id or str(uuid4())
    named = headers(ce_id=identity, ce_type=event_type, ce_source="/tests")
    world.produce(b'{"number": %d}' % number, key, partition, named)
    return identity
