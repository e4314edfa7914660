"""Two worlds with one face: the in-memory broker, and a real Kafka."""

import time
from collections.abc import Callable
from typing import Any, Protocol
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, TopicPartition
from confluent_kafka import Consumer as RawConsumer
from confluent_kafka.cimpl import NewPartitions, NewTopic

from messaging import clients, coordinator
from messaging.broker import LetterBox, Membership, Source
from messaging.clock import Clock, SystemClock
from messaging.confirmed import confirmed
from messaging.consumer import Consumer
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.observers import Observer, Observers
from messaging.records import Headers
from messaging.runtime import Runtime
from messaging.source import KafkaSource
from messaging.testing import FakeClock, MemoryBroker, MemoryMembership

DEADLINE_SECONDS = 60.0


class World(Protocol):
    """A broker with one topic of two partitions and one group, both new."""

    topic: str
    group: str
    clock: Clock

    def produce(self, value: bytes | None, key: str, partition: int, headers: Headers) -> None: ...
    def membership(self) -> Membership: ...
    def box(self) -> LetterBox: ...
    def source(self) -> Source: ...
    def committed(self) -> dict[int, int]: ...
    def forget_offsets(self) -> None: ...
    def trim(self, partition: int, offset: int) -> None: ...
    def add_partitions(self, total: int) -> None: ...
    def letters(self) -> list[tuple[bytes | None, bytes | None, dict[str, bytes | None]]]: ...
    def close(self) -> None: ...


class MemoryWorld:
    """The testing kit's broker; time stands still but for idle polls."""

    def __init__(self) -> None:
        self.topic, self.group = f"topic-{uuid4()}", f"group-{uuid4()}"
        self.clock: Clock = FakeClock()
        self.broker = MemoryBroker(self.clock)
        self.broker.create(self.topic, 2)

    def produce(self, value: bytes | None, key: str, partition: int, headers: Headers) -> None:
        self.broker.produce(
            self.topic, value, key=key.encode(), partition=partition, headers=headers
        )

    def membership(self) -> MemoryMembership:
        return self.broker.membership(self.group)

    def box(self) -> LetterBox:
        return self.broker.letter_box()

    def source(self) -> Source:
        return self.broker

    def committed(self) -> dict[int, int]:
        committed = self.broker.group(self.group).committed
        return {partition.number: offset for partition, offset in committed.items()}

    def forget_offsets(self) -> None:
        self.broker.group(self.group).committed.clear()

    def trim(self, partition: int, offset: int) -> None:
        self.broker.topic(self.topic).partitions[partition].trim(offset)

    def add_partitions(self, total: int) -> None:
        self.broker.add_partitions(self.topic, total)

    def letters(self) -> list[tuple[bytes | None, bytes | None, dict[str, bytes | None]]]:
        records = self.broker.records(f"{self.group}.dlq")
        return [(each.key, each.value, dict(each.headers)) for each in records]

    def close(self) -> None:
        """Leave nothing behind, which is easy."""


class KafkaWorld:
    """A real broker; the topic is the test's own."""

    def __init__(self) -> None:
        self.topic, self.group = f"topic-{uuid4()}", f"group-{uuid4()}"
        self.clock: Clock = SystemClock()
        self._admin = clients.admin()
        self._asking: RawConsumer | None = None
        self._memberships: list[KafkaMembership] = []
        self._create(NewTopic(self.topic, 2, 1), NewTopic(f"{self.group}.dlq", 1, 1))

    def produce(self, value: bytes | None, key: str, partition: int, headers: Headers) -> None:
        with confirmed() as send:
            send(self.topic, value, key, partition=partition, headers=list(headers))

    def membership(self) -> KafkaMembership:
        membership = KafkaMembership(
            self.group, topic_metadata_refresh_interval_ms=500, auto_commit_interval_ms=100
        )
        self._memberships.append(membership)
        return membership

    def box(self) -> LetterBox:
        return KafkaLetterBox()

    def source(self) -> Source:
        return KafkaSource()

    def committed(self) -> dict[int, int]:
        # By a client that joins nothing: the admin client was seen never to answer this.
        if self._asking is None:
            self._asking = clients.tail_consumer(group_id=self.group)
        known = self._asking.list_topics(self.topic, timeout=10).topics[self.topic].partitions
        places = [TopicPartition(self.topic, number) for number in known]
        answer = coordinator.committed(self._asking, places, DEADLINE_SECONDS)
        return {each.partition: each.offset for each in answer if each.offset >= 0}

    def forget_offsets(self) -> None:
        wait_for(self._has_deleted_group, "the group to be deleted")

    def trim(self, partition: int, offset: int) -> None:
        place = TopicPartition(self.topic, partition, offset)
        for future in self._admin.delete_records([place]).values():
            future.result(10)

    def add_partitions(self, total: int) -> None:
        for future in self._admin.create_partitions([NewPartitions(self.topic, total)]).values():
            future.result(10)
        # The broker knows of them a little later, and a record for one it does not know is refused.
        wait_for(lambda: self._known_partitions() == total, "the broker to know its partitions")

    def letters(self) -> list[tuple[bytes | None, bytes | None, dict[str, bytes | None]]]:
        reader = clients.tail_consumer()
        reader.assign([TopicPartition(f"{self.group}.dlq", 0, OFFSET_BEGINNING)])
        _, end = reader.get_watermark_offsets(TopicPartition(f"{self.group}.dlq", 0), timeout=10)
        records = reader.consume(end, timeout=10) if end else []
        reader.close()
        return [(each.key(), each.value(), _headers(each)) for each in records]

    def close(self) -> None:
        for each in self._memberships:
            each.leave()
        if self._asking is not None:
            self._asking.close()
        topics = [self.topic, f"{self.group}.dlq"]
        for future in self._admin.delete_topics(topics).values():
            future.result(10)

    def _create(self, *topics: NewTopic) -> None:
        for future in self._admin.create_topics(list(topics)).values():
            future.result(10)

    def _known_partitions(self) -> int:
        return len(self._admin.list_topics(self.topic, timeout=10).topics[self.topic].partitions)

    def _has_deleted_group(self) -> bool:
        """Delete the group, which its last member may not have left yet."""
        error = self._admin.delete_consumer_groups([self.group])[self.group].exception(10)
        return error is None


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until `condition` holds; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def start(
    world: World, consumer: Consumer, *observers: Observer, box: LetterBox | None = None
) -> Runtime:
    """Seat `consumer` in the world's group; its letters go to `box`, or the world's own."""
    runtime = Runtime(
        consumer,
        world.membership(),
        box=box or world.box(),
        observers=Observers(consumer.name, observers),
        clock=world.clock,
    )
    runtime.join()
    return runtime


def turn_until(condition: Callable[[], bool], *runtimes: Runtime) -> None:
    """Let the runtimes turn, one after the other, until `condition` holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the runtimes did not get there"
        for runtime in runtimes:
            runtime.turn()


def _headers(message: Any) -> dict[str, bytes | None]:
    return dict(message.headers() or ())


def headers(**named: str) -> Headers:
    """Return Kafka headers."""
    return tuple((name, value.encode()) for name, value in named.items())
