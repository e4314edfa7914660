"""The topic of payments as it lies on the broker: how far it is posted, and its records again."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, Self

from confluent_kafka import KafkaException, TopicPartition

from bank_grpc.events import PAYMENTS, PaymentRecorded
from messaging import clients
from messaging.consumer import Message, Takes
from messaging.envelope import Decoder
from messaging.errors import PoisonError, TransientError
from messaging.kafka import topic_id
from messaging.tail import TopicTail

GROUP: Final = "statement"
CHUNK: Final = 1000
_SECONDS: Final = 5.0
_READ_SECONDS: Final = 30.0


class TopicGoneError(Exception):
    """The topic is not the one that was posted: it ends before what the group has read."""


class PostedRecords(Protocol):
    """What rebuilding and checking need to know of the topic."""

    def posted(self) -> Mapping[int, tuple[int, int]]:
        """Return by partition the first offset kept, and the one that the group reads next."""
        ...

    def messages(
        self, partition: int, start: int, stop: int
    ) -> Iterator[tuple[int, int, list[Message[Any]]]]:
        """Yield (start, stop, messages) of ranges that follow each other from start to stop."""
        ...


class PaymentsTopic:
    """The broker's word; one thread at a time may use it."""

    def __init__(self, topic: str = PAYMENTS.name, group: str = GROUP) -> None:
        """Ask about `topic` and `group` (without the settings' prefix)."""
        self._topic = topic
        self._group = group
        self._tail = TopicTail([topic])
        self._decoder = Decoder((Takes(PaymentRecorded),), topic_id)

    def posted(self) -> Mapping[int, tuple[int, int]]:
        """Return by partition the first offset kept, and the one that the group reads next.

        Partitions of which the group has read nothing are left out. Raises TransientError while
        the broker is away, and TopicGoneError.
        """
        marks = {place[1]: each for place, each in self._tail.watermarks().items()}
        found = {}
        for number, offset in self._committed(list(marks)).items():
            if offset > marks[number].high:
                raise TopicGoneError(self._topic)
            found[number] = (marks[number].low, offset)
        return found

    def messages(
        self, partition: int, start: int, stop: int
    ) -> Iterator[tuple[int, int, list[Message[Any]]]]:
        """Yield (start, stop, messages) of ranges that follow each other from start to stop.

        Records that nobody can read are left out. Raises TransientError.
        """
        for first in range(start, stop, CHUNK):
            last = min(first + CHUNK, stop)
            records = self._tail.read_range(self._topic, partition, first, last, _READ_SECONDS)
            decoded = (self._decoded(record) for record in records)
            yield first, last, [each for each in decoded if each is not None]

    def _decoded(self, record: Any) -> Message[Any] | None:
        try:
            return self._decoder.decode(record)
        except PoisonError:
            return None

    def _committed(self, numbers: list[int]) -> dict[int, int]:
        client = clients.asking(self._group)
        try:
            places = [TopicPartition(self._topic, number) for number in numbers]
            found = client.committed(places, timeout=_SECONDS)
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error
        finally:
            client.close()
        return {each.partition: each.offset for each in found if each.offset >= 0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tail.close()
