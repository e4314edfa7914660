"""What the consumers' tests on a real broker share: a topic of one's own, a consumer that reads it.

The consumers are the real ones; only topic, group and dead-letter topic are new for each test, so
that whatever else uses the broker is left alone.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

from confluent_kafka.cimpl import NewTopic

from messaging import clients
from messaging.clock import SystemClock
from messaging.confirmed import confirmed
from messaging.consumer import Consumer, Takes
from messaging.events import Event
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.observers import Observers
from messaging.runtime import Runtime
from messaging.topics import Topic

DEADLINE_SECONDS = 30.0


def own_topic(topic: Topic) -> Topic:
    """Make a topic like `topic`, under a name of its own, and return it."""
    named = replace(topic, name=f"{topic.name}-{uuid4()}")
    create(named.name, named.partitions)
    return named


def create(name: str, partitions: int = 1) -> None:
    """Make the topic `name`."""
    admin = clients.admin()
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(20)


def reading(consumer: type[Consumer], topic: Topic) -> type[Consumer]:
    """Return `consumer` as it is, but on `topic`, in a group and with dead letters of its own."""
    group = f"{consumer.name}-{uuid4()}"
    create(f"{group}.dlq")
    takes = tuple(Takes(_moved(each.struct, topic), each.default) for each in consumer.takes)
    return type(consumer.__name__, (consumer,), {"name": group, "takes": takes})


def _moved(struct: type[Event], topic: Topic) -> type[Event]:
    class Moved(struct, frozen=True, kw_only=True):  # type: ignore[valid-type, misc, call-arg]
        TOPIC: ClassVar[Topic] = topic

    return Moved


def produce(
    topic: str, value: bytes, *, key: str, headers: Mapping[str, str] | None = None
) -> None:
    """Write one record and wait until the broker has it."""
    with confirmed() as send:
        send(topic, value, key, headers=dict(headers or {}))


@contextmanager
def running(consumer: type[Consumer]) -> Iterator[Runtime]:
    """Give a runtime of `consumer` on the real broker; the test takes its turns."""
    runtime = Runtime(
        consumer(),
        KafkaMembership(consumer.name, auto_commit_interval_ms=100),
        box=KafkaLetterBox(),
        observers=Observers(consumer.name, ()),
        clock=SystemClock(),
    )
    runtime.join()
    try:
        yield runtime
    finally:
        runtime.leave()


def turn_until(runtime: Runtime, condition: Callable[[], Any]) -> None:
    """Take turns until `condition` holds; raises AssertionError after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        runtime.turn()
