"""Reads records again by their offsets, for a redrive: those that stand near each other in one go.

Finding a place costs about ten milliseconds (two questions to the broker and a new fetch), reading
on costs microseconds. So as long as the next record asked for stands a little further on in the
same partition, the reader goes on from where it is.
"""

from collections import deque
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as RawMessage

from messaging import clients
from messaging.broker import Partition
from messaging.errors import TransientError
from messaging.kafka import record_of, topic_id
from messaging.records import Record

_ANSWER_SECONDS: Final = 5.0
# How far ahead a record may stand to be read up to, and how many are taken from the client at once.
_NEAR: Final = 2000
_AT_ONCE: Final = 500


class KafkaSource:
    """Reads single records by offset, through a consumer that joins no group."""

    def __init__(self) -> None:
        """Prepare; the first read connects."""
        self._client: Any = clients.tail_consumer(
            auto_offset_reset="error",
            enable_partition_eof=True,
            # A fetch that waits for more records would hold up the next read.
            fetch_wait_max_ms=10,
            queued_max_messages_kbytes=4096,
        )
        self._topic_ids: dict[str, str] = {}
        # Where the reader stands: the offset that comes next, and the end when it was last asked.
        self._partition: Partition | None = None
        self._next = self._end = 0
        self._ahead: deque[Record] = deque()
        self._is_at_end = False

    def topic_id(self, topic: str) -> str:
        """Return the topic's id, as it was when first asked for."""
        if topic not in self._topic_ids:
            self._topic_ids[topic] = topic_id(topic)
        return self._topic_ids[topic]

    def read(self, partition: Partition, offset: int) -> Record | None:
        """Return the record at `offset`, or None when it is gone, by retention or compaction.

        Raises TransientError when the broker does not answer.
        """
        is_near = partition == self._partition and self._next <= offset < self._next + _NEAR
        try:
            if not (is_near and offset < self._end) and not self._go_to(partition, offset):
                return None
            return self._read_up_to(offset)
        except KafkaException as error:
            self._partition = None
            raise TransientError(f"no answer for {partition} at {offset}: {error}") from error
        except Exception:
            # Whatever went wrong, the next read finds its place anew.
            self._partition = None
            raise

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _go_to(self, partition: Partition, offset: int) -> bool:
        """Stand before `offset`; return False when the partition does not hold it."""
        self._partition = None
        place = TopicPartition(*partition, offset)
        earliest, end = self._client.get_watermark_offsets(place, timeout=_ANSWER_SECONDS)
        if not earliest <= offset < end:
            return False
        self._client.assign([place])
        self._partition, self._next, self._end = partition, offset, end
        self._ahead.clear()
        self._is_at_end = False
        return True

    def _read_up_to(self, offset: int) -> Record | None:
        while self._ahead or self._take_more():
            if self._ahead[0].offset > offset:
                # Compaction has taken it; this one may be asked for next.
                break
            record = self._ahead.popleft()
            self._next = record.offset + 1
            if record.offset == offset:
                return record
        return None

    def _take_more(self) -> bool:
        """Take what the client has; return False when nothing comes before the end."""
        if not self._is_at_end:
            first = self._client.poll(_ANSWER_SECONDS)
            if first is None:
                raise TransientError(f"no answer for {self._partition} at {self._next}")
            for raw in (first, *self._client.consume(_AT_ONCE - 1, 0)):
                self._keep(raw)
        return bool(self._ahead)

    def _keep(self, raw: RawMessage) -> None:
        error = raw.error()
        if error is None:
            self._ahead.append(record_of(raw))
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # so named by the client
            self._is_at_end = True
        else:
            raise KafkaException(error)
