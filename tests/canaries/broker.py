"""The topics of one proof: filled as outside producers would, and read back byte for byte."""

import time
from collections.abc import Iterable
from typing import Any, Final

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from messaging.confirmed import Confirmed
from tests.canaries.people import Sent

PARTITIONS: Final = 4
_SECONDS: Final = 20.0


class Topics:
    """The topic called `name`, whose reader's group has the same name, and its dead letters."""

    def __init__(self, bootstrap: str, name: str) -> None:
        """Remember where; nothing is made yet."""
        self._options: dict[str, Any] = {"bootstrap.servers": bootstrap, "log_level": 0}
        self._name = name
        self._letters = f"{name}.dlq"
        self._asking: Consumer | None = None

    def fill(self, sent: Iterable[Sent]) -> int:
        """Make the topics and write every record; return how many."""
        admin = AdminClient(self._options)
        new = [NewTopic(self._name, PARTITIONS, 1), NewTopic(self._letters, 1, 1)]
        for made in admin.create_topics(new).values():
            made.result(_SECONDS)
        producer = Producer({**self._options, "linger.ms": 20, "partitioner": "murmur2_random"})
        sending, count = Confirmed(producer), 0
        for each in sent:
            sending.send(self._name, each.value, each.key)
            count += 1
        sending.settle(_SECONDS)
        return count

    def share_read(self, group: str) -> float:
        """Return which share of the records `group` has committed; 0 while nobody can tell."""
        if self._asking is None:
            self._asking = Consumer({**self._options, "group.id": group})
        try:
            ends = {
                number: self._asking.get_watermark_offsets(
                    TopicPartition(self._name, number), timeout=_SECONDS
                )[1]
                for number in range(PARTITIONS)
            }
            places = [TopicPartition(self._name, number) for number in ends]
            committed = self._asking.committed(places, timeout=_SECONDS)
        except KafkaException:
            return 0.0
        return sum(max(0, each.offset) for each in committed) / max(1, sum(ends.values()))

    def written(self) -> list[bytes]:
        """Return every dead letter: its key, value and headers in one."""
        reader = Consumer({**self._options, "group.id": f"{self._name}-scan"})
        place = TopicPartition(self._letters, 0, 0)
        reader.assign([place])
        end = reader.get_watermark_offsets(place, timeout=_SECONDS)[1]
        found: list[bytes] = []
        deadline = time.monotonic() + _SECONDS
        while len(found) < end and time.monotonic() < deadline:
            record = reader.poll(0.5)
            if record is not None and record.error() is None:
                headers = [part for pair in record.headers() or [] for part in pair]
                parts = [record.key(), record.value(), *headers]
                found.append(b"\n".join(_bytes(part) for part in parts))
        reader.close()
        return found

    def delete(self) -> None:
        """Remove the topics."""
        if self._asking is not None:
            self._asking.close()
        AdminClient(self._options).delete_topics([self._name, self._letters])


def _bytes(part: str | bytes | None) -> bytes:
    return part.encode() if isinstance(part, str) else part or b""
