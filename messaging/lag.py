"""How far consumers are behind: in messages from the broker's own figures, and in seconds."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from confluent_kafka import TopicPartition

from messaging import clients, coordinator, registry
from messaging.broker import Partition
from messaging.clock import Clock
from messaging.consumer import Consumer

ANSWER_SECONDS: Final = 3.0
_SAMPLES: Final = 720


@dataclass(frozen=True, slots=True)
class Lag:
    """What one consumer has not read of one topic; `seconds` is the age of the oldest of it."""

    consumer: str
    topic: str
    messages: int
    seconds: float


class Ages:
    """Remembers where partitions ended when, which dates an offset without reading its record.

    The age of what lies behind an offset is then known to one sampling interval, and as far back
    as the samples go (an hour at one every five seconds); beyond that it is at least so much.
    """

    def __init__(self, clock: Clock) -> None:
        """Start without samples."""
        self._clock = clock
        self._ends: dict[Partition, deque[tuple[float, int]]] = defaultdict(
            lambda: deque(maxlen=_SAMPLES)
        )

    def sample(self, partition: Partition, end: int) -> None:
        """Note that the partition ends at `end` now."""
        self._ends[partition].append((self._clock.monotonic(), end))

    def age(self, partition: Partition, offset: int) -> float:
        """Return for how many seconds there has been a record at `offset`; 0 when there is none."""
        first_seen = None
        for at, end in reversed(self._ends[partition]):
            if end <= offset:
                break
            first_seen = at
        return 0.0 if first_seen is None else self._clock.monotonic() - first_seen


class LagMeter:
    """Measures the lag of consumers, whoever runs them.

    `behind` keeps, by consumer, the unread messages of each partition at the last measurement. It
    asks through clients that join nothing: the admin client's own call for a group's offsets never
    answers again after the broker was killed under it, and may abort the process (2.16.1).
    """

    def __init__(self, consumers: Iterable[type[Consumer]], clock: Clock) -> None:
        """Measure `consumers`."""
        self._consumers = tuple(consumers)
        self.behind: dict[str, dict[Partition, int]] = {}
        self._ages = Ages(clock)
        self._reader = clients.asking()
        self._groups = {each.name: clients.asking(each.name) for each in self._consumers}

    def measure(self) -> list[Lag]:
        """Return the lag of every consumer on each of its topics.

        A partition without a committed offset counts from its earliest record. Raises
        KafkaException when the broker gives no answer within three seconds.
        """
        topics = {topic for each in self._consumers for topic in registry.topics_of(each)}
        earliest, ends = self._bounds(topics)
        for partition, end in ends.items():
            self._ages.sample(partition, end)
        return [lag for each in self._consumers for lag in self._measure_one(each, earliest, ends)]

    def _measure_one(
        self, consumer: type[Consumer], earliest: dict[Partition, int], ends: dict[Partition, int]
    ) -> list[Lag]:
        topics = registry.topics_of(consumer)
        own = [partition for partition in ends if partition.topic in topics]
        committed = earliest | self._committed(consumer, own)
        self.behind[consumer.name] = {p: max(0, ends[p] - committed[p]) for p in own}
        lags = []
        for topic in topics:
            behind = {p: committed[p] for p in own if p.topic == topic and committed[p] < ends[p]}
            messages = sum(ends[p] - offset for p, offset in behind.items())
            seconds = max((self._ages.age(p, offset) for p, offset in behind.items()), default=0.0)
            lags.append(Lag(consumer.name, topic, messages, seconds))
        return lags

    def _bounds(self, topics: set[str]) -> tuple[dict[Partition, int], dict[Partition, int]]:
        """Return, by partition, the earliest offset kept and the one that comes next."""
        metadata = self._reader.list_topics(timeout=ANSWER_SECONDS).topics
        earliest, ends = {}, {}
        for topic in sorted(topics & metadata.keys()):
            for number in metadata[topic].partitions:
                partition = Partition(topic, number)
                earliest[partition], ends[partition] = self._reader.get_watermark_offsets(
                    TopicPartition(topic, number), timeout=ANSWER_SECONDS
                )
        return earliest, ends

    def _committed(
        self, consumer: type[Consumer], partitions: Sequence[Partition]
    ) -> dict[Partition, int]:
        if not partitions:
            return {}
        places = [TopicPartition(each.topic, each.number) for each in partitions]
        found = coordinator.committed(self._groups[consumer.name], places, ANSWER_SECONDS)
        return {
            Partition(each.topic, each.partition): each.offset for each in found if each.offset >= 0
        }
