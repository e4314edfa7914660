"""Declares topics, so that partitions and retention are said once and read everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

FOR_EVER: None = None
# How long one segment takes records: what a broker may keep them beyond their retention.
SEGMENT_SPAN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A Kafka topic as Trilho wants it on any cluster.

    `retention` is how long the broker keeps a record; None keeps it for ever. A `compacted` topic
    keeps the newest record of each key, and its tombstones for `retention`. `holds_personal_data`
    says that keys and payloads never leave the topic: a dead letter gets a keyed hash instead.
    `holds_card_data` says it of the payloads alone.
    """

    name: str
    retention: timedelta | None
    partitions: int = 4
    compacted: bool = False
    holds_personal_data: bool = False
    holds_card_data: bool = False


class TopicCatalogue:
    """Every topic declared so far, by name."""

    def __init__(self) -> None:
        """Start with no topic."""
        self._topics: dict[str, Topic] = {}

    def declare(self, topic: Topic) -> Topic:
        """Add `topic` and return it; raises ValueError when the name is declared otherwise."""
        known = self._topics.setdefault(topic.name, topic)
        if known != topic:
            raise ValueError(f"topic {topic.name!r} is already declared as {known}")
        return topic

    def get(self, name: str) -> Topic | None:
        """Return the topic called `name`, or None when nobody declared it."""
        return self._topics.get(name)

    def all(self) -> Iterable[Topic]:
        """Return the topics in the order of their names."""
        return [self._topics[name] for name in sorted(self._topics)]


catalogue = TopicCatalogue()
declare = catalogue.declare

DEAD_LETTER_RETENTION = timedelta(days=30)


def dead_letter_topic(consumer: str) -> Topic:
    """Return the topic that takes the dead letters of the consumer called `consumer`."""
    return Topic(name=f"{consumer}.dlq", retention=DEAD_LETTER_RETENTION)
