"""Kafka as the runtime sees it: the adapter between the loop and confluent-kafka."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicCollection, TopicPartition

from messaging import clients, coordinator
from messaging.broker import Assignment, Letter, Partition, RebalanceListener
from messaging.errors import (
    DeliveryError,
    FatalClientError,
    LetterTooLargeError,
    MissingOffsetError,
    MissingTopicError,
    TransientError,
)
from messaging.faultpoints import faultpoint
from messaging.records import Record

_ANSWER_SECONDS: Final = 5.0
_COMMITTED_SECONDS: Final = 10.0
_NO_SUCH_OFFSET: Final = frozenset(
    {
        KafkaError._AUTO_OFFSET_RESET,  # noqa: SLF001 - librdkafka's own codes are named so
        KafkaError.OFFSET_OUT_OF_RANGE,
    }
)
_logger = logging.getLogger("messaging.kafka")


class KafkaMembership:
    """A seat in a real consumer group, under either rebalance protocol."""

    def __init__(self, group: str, **extra: Any) -> None:
        """Prepare the seat of the consumer called `group`; `extra` goes to the client."""
        self.group = clients.group_id(group)
        self._client: Consumer = clients.consumer(group, on_error=self._on_error, **extra)
        self._listener: RebalanceListener
        self._trouble: Exception | None = None
        self._topic_ids: dict[str, str] = {}

    def join(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Subscribe; partitions are taken and let go one by one, never all at once."""
        self._listener = listener
        self._client.subscribe(
            list(topics),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_lost,
        )

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """Return up to `limit` records.

        `consume` alone would wait until it has `limit` of them, so it only takes what has come
        along with the first.
        """
        first = self._client.poll(seconds)
        if self._trouble is not None:
            raise self._trouble
        if first is None:
            return []
        rest = self._client.consume(limit - 1, 0) if limit > 1 else []
        if self._trouble is not None:
            raise self._trouble
        return [record_of(each) for each in (first, *rest) if not self._is_trouble(each)]

    def pause(self, partitions: Sequence[Partition]) -> None:
        """Hand out no more records of these partitions."""
        self._client.pause([TopicPartition(*each) for each in partitions])

    def resume(self, partitions: Sequence[Partition]) -> None:
        """Hand out records of these partitions again."""
        self._client.resume([TopicPartition(*each) for each in partitions])

    def seek(self, partition: Partition, offset: int) -> None:
        """Make the record at `offset` the next one of a partition."""
        self._client.seek(TopicPartition(*partition, offset))

    def store(self, offsets: Mapping[Partition, int]) -> None:
        """Hand the next offsets to the client, which commits them every second."""
        if offsets:
            self._client.store_offsets(offsets=_positions(offsets))

    def commit(self, offsets: Mapping[Partition, int] | None = None) -> None:
        """Commit and wait; a partition's error is in the returned list, so it is looked for."""
        try:
            if offsets is None:
                done = self._client.commit(asynchronous=False)
            else:
                done = self._client.commit(offsets=_positions(offsets), asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() == KafkaError._NO_OFFSET:  # noqa: SLF001
                return
            raise
        for each in done or []:
            if each.error is not None:
                raise KafkaException(each.error)

    def leave(self) -> None:
        """Leave the group; seen to block for 45 s while the broker is away."""
        self._client.close()

    def topic_id(self, topic: str) -> str:
        """Return the topic's id, as the broker knew it when partitions were last assigned."""
        if topic not in self._topic_ids:
            self._topic_ids[topic] = topic_id(topic)
        return self._topic_ids[topic]

    def _on_assign(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        self._topic_ids.clear()
        try:
            places = coordinator.committed(client, partitions, _COMMITTED_SECONDS)
            assignments = [self._assignment(each) for each in places]
        except KafkaException as error:
            # Raised by the next poll instead: out of a callback it would escape from `close` too.
            self._trouble = error
            return
        starts = [TopicPartition(*each.partition, each.start) for each in assignments]
        client.incremental_assign(starts)
        client.pause(starts)
        self._listener.on_assigned(assignments)

    def _assignment(self, place: TopicPartition) -> Assignment:
        partition = Partition(place.topic, place.partition)
        if place.offset >= 0:
            return Assignment(partition, place.offset, is_committed=True)
        earliest, _ = self._client.get_watermark_offsets(place, timeout=_ANSWER_SECONDS)
        return Assignment(partition, earliest, is_committed=False)

    def _on_revoke(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        # The client commits what was stored of them as it lets them go.
        self._listener.on_revoked([Partition(each.topic, each.partition) for each in partitions])
        client.incremental_unassign(partitions)

    def _on_lost(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        _logger.warning("lost %s partitions: another member may have them already", len(partitions))
        self._on_revoke(client, partitions)

    def _on_error(self, error: KafkaError) -> None:
        if _is_fatal(error):
            self._trouble = FatalClientError(str(error))
        else:
            clients.narrator.trouble(error)

    def _is_trouble(self, message: Any) -> bool:
        error = message.error()
        if error is None:
            return False
        if _is_fatal(error):
            raise FatalClientError(str(error))
        if error.code() in _NO_SUCH_OFFSET:
            place = f"{message.topic()}/{message.partition()}"
            raise MissingOffsetError(f"{self.group} on {place}: {error.str()}")
        clients.narrator.trouble(error)
        return True


class KafkaLetterBox:
    """Sends dead letters through the process's producer."""

    def send(self, letters: Sequence[Letter], seconds: float) -> None:
        """Produce and wait for every delivery report; raises DeliveryError."""
        producer = clients.producer()
        reports: list[KafkaError | None] = []
        for each in letters:
            try:
                producer.produce(
                    each.topic,
                    each.value,
                    each.key,
                    headers=list(each.headers),
                    on_delivery=lambda error, _: reports.append(error),
                )
            except KafkaException as refusal:
                raise _undelivered(each.topic, refusal.args[0]) from refusal
        faultpoint("deadletter.produced")
        deadline = time.monotonic() + seconds
        while len(reports) < len(letters) and time.monotonic() < deadline:
            producer.poll(0.1)
        if len(reports) < len(letters):
            raise DeliveryError(f"no word about {letters[0].topic} within {seconds} s")
        for error in reports:
            if error is not None:
                raise _undelivered(letters[0].topic, error)


def _undelivered(topic: str, error: KafkaError) -> DeliveryError:
    is_too_large = error.code() == KafkaError.MSG_SIZE_TOO_LARGE
    kind = LetterTooLargeError if is_too_large else DeliveryError
    return kind(f"{topic}: {error.name()}")


def topic_id(topic: str) -> str:
    """Ask the broker for the topic's id; raises TransientError when it gives none.

    MissingTopicError, one of them, says that it answered and knows no such topic.
    """
    admin = clients.admin()
    try:
        found = admin.describe_topics(TopicCollection([topic]), request_timeout=_ANSWER_SECONDS)
        return str(found[topic].result(_ANSWER_SECONDS).topic_id)
    except (KafkaException, TimeoutError) as error:
        kind = MissingTopicError if _is_unknown_topic(error) else TransientError
        raise kind(f"no id of topic {topic}: {error}") from error


def _is_unknown_topic(error: Exception) -> bool:
    reason = error.args[0] if error.args else None
    return isinstance(reason, KafkaError) and reason.code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def record_of(message: Any) -> Record:
    """Return what the client's message holds."""
    return Record(
        message.topic(),
        message.partition(),
        message.offset(),
        message.key(),
        message.value(),
        message.timestamp()[1],
        tuple(message.headers() or ()),
    )


def _is_fatal(error: KafkaError) -> bool:
    # A consumer is told of a fatal error by this code; the flag on it is not set. The next poll
    # was seen to hang for ever.
    return error.fatal() or error.code() == KafkaError._FATAL  # noqa: SLF001


def _positions(offsets: Mapping[Partition, int]) -> list[TopicPartition]:
    return [TopicPartition(*partition, offset) for partition, offset in offsets.items()]
