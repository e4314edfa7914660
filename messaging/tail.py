"""Reads topics without taking part: no group, nothing committed, every partition, as it comes."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as RawMessage

from messaging import clients
from messaging.errors import TransientError
from messaging.records import Record

Place = tuple[str, int]
Offsets = Mapping[Place, int]

_METADATA_SECONDS: Final = 5.0
_ELECTION_SECONDS: Final = 0.05
_LEADERLESS: Final = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)
_RANGE_BATCH: Final = 500
_RANGE_POLL_SECONDS: Final = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The offset of a partition's first record kept, and the one its next record will get."""

    low: int
    high: int


class TopicTail:
    """Follows every partition of some topics; one thread at a time may use it.

    `start` first, then `poll` again and again; `read_range` reads older records beside that,
    through a connection of its own. Places are (topic, partition).
    """

    def __init__(self, topics: Iterable[str]) -> None:
        """Remember the topics; the broker is asked nothing yet."""
        self._topics = tuple(topics)
        self._following: Consumer | None = None
        self._reading: Consumer | None = None

    def start(self, offsets: Offsets | None = None) -> dict[Place, int]:
        """Follow from `offsets`, or where one is missing from the end; return where it starts.

        An offset that the broker no longer keeps, or does not have yet, starts at the nearest one
        that it has. Raises TransientError while the broker is away or a topic does not exist.
        """
        wanted = offsets or {}
        starts = {
            place: min(max(wanted.get(place, marks.high), marks.low), marks.high)
            for place, marks in self.watermarks().items()
        }
        if self._following is None:
            self._following = clients.tail_consumer()
        self._following.assign([TopicPartition(*place, start) for place, start in starts.items()])
        return starts

    def poll(self, maximum: int, timeout: float) -> list[Record]:
        """Return up to `maximum` new records, waiting up to `timeout` seconds for the first ones.

        Within a partition they come in their order. A broker that is away gives an empty list.
        """
        if self._following is None:
            raise RuntimeError("start the tail before polling it")
        # `consume` waits for the whole number or the whole time, so it only takes what is there.
        first = self._following.poll(timeout)
        if first is None:
            return []
        return _records([first, *self._following.consume(maximum - 1, 0)])

    def watermarks(self) -> dict[Place, Watermarks]:
        """Return the first and the next offset of every partition, as the broker has them now.

        Raises TransientError while the broker is away or a topic does not exist.
        """
        reader = self._reader()
        try:
            return {
                (topic, partition): Watermarks(*_bounds(reader, topic, partition))
                for topic in self._topics
                for partition in _partitions(reader, topic)
            }
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error

    def read_range(
        self, topic: str, partition: int, start: int, stop: int, timeout: float = 5.0
    ) -> list[Record]:
        """Return the records from offset `start` up to, but without, `stop`.

        Offsets that the broker no longer keeps, or does not have yet, are left out. Raises
        TransientError when the rest has not come within `timeout` seconds.
        """
        place = (topic, partition)
        try:
            low, high = _bounds(self._reader(), topic, partition)
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error
        return self.read_ranges({place: (max(start, low), min(stop, high))}, timeout)[place]

    def read_ranges(
        self, ranges: Mapping[Place, tuple[int, int]], timeout: float = 5.0
    ) -> dict[Place, list[Record]]:
        """Return the records of several partitions, each from its first offset to before its last.

        One fetch serves them all. The ranges have to lie within the partitions' bounds. Raises
        TransientError when the rest has not come within `timeout` seconds.
        """
        reader = self._reader()
        open_ranges = {place: span for place, span in ranges.items() if span[0] < span[1]}
        try:
            reader.assign([TopicPartition(*each, open_ranges[each][0]) for each in open_ranges])
            found = _read(reader, open_ranges, timeout)
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error
        finally:
            reader.unassign()
        return {place: found.get(place, []) for place in ranges}

    def close(self) -> None:
        """Let go of the connections; it may be started anew."""
        for client in (self._following, self._reading):
            if client is not None:
                client.close()
        self._following = self._reading = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _reader(self) -> Consumer:
        if self._reading is None:
            # A fetch that waits at the broker for news holds up what is asked next, for so long.
            self._reading = clients.asking(enable_partition_eof=True, fetch_wait_max_ms=10)
        return self._reading


def _partitions(client: Consumer, topic: str) -> list[int]:
    metadata = client.list_topics(topic, timeout=_METADATA_SECONDS).topics[topic]
    if metadata.error is not None:
        raise TransientError(f"topic {topic!r}: {metadata.error.str()}")
    return sorted(metadata.partitions)


def _bounds(client: Consumer, topic: str, partition: int) -> tuple[int, int]:
    place = TopicPartition(topic, partition)
    deadline = time.monotonic() + _METADATA_SECONDS
    while True:
        try:
            low, high = client.get_watermark_offsets(place, timeout=_METADATA_SECONDS)
        except KafkaException as error:
            # A topic that was made this instant has no leader yet.
            if error.args[0].code() not in _LEADERLESS or time.monotonic() > deadline:
                raise
            time.sleep(_ELECTION_SECONDS)
        else:
            return low, high


def _read(
    reader: Consumer, ranges: dict[Place, tuple[int, int]], timeout: float
) -> dict[Place, list[Record]]:
    """Read the ranges, which are taken off one by one as each is complete."""
    found: dict[Place, list[Record]] = {place: [] for place in ranges}
    deadline = time.monotonic() + timeout
    while ranges and time.monotonic() < deadline:
        # `consume` waits for the whole number or the whole time, so it only takes what is there.
        first = reader.poll(_RANGE_POLL_SECONDS)
        for raw in [] if first is None else [first, *reader.consume(_RANGE_BATCH, 0)]:
            place = (raw.topic() or "", raw.partition() or 0)
            if place in ranges and _take(raw, *ranges[place], into=found[place]):
                del ranges[place]
    if ranges:
        raise TransientError(f"records of {sorted(ranges)} did not come within {timeout} s")
    return found


def _take(raw: RawMessage, start: int, stop: int, *, into: list[Record]) -> bool:
    """Keep the record when it is in the range; say whether the range ends with it."""
    if raw.error() is not None:
        return _is_end(raw)
    offset = _offset(raw)
    # Compacted topics have holes: the end is known by what stands at or past it.
    if start <= offset < stop:
        into.append(_record(raw))
    return offset >= stop - 1


def _is_end(raw: RawMessage) -> bool:
    error = raw.error()
    return error is not None and error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001  # so named by the client


def _records(raws: Iterable[RawMessage]) -> list[Record]:
    records = []
    for raw in raws:
        error = raw.error()
        if error is None:
            records.append(_record(raw))
        else:
            _log.debug("tail: %s", error)
    return records


def _record(raw: RawMessage) -> Record:
    pairs = cast("list[tuple[str, bytes | None]]", raw.headers() or [])
    headers = tuple((name, value or b"") for name, value in pairs)
    _, timestamp_ms = raw.timestamp()
    return Record(
        raw.topic() or "",
        raw.partition() or 0,
        _offset(raw),
        raw.key(),
        raw.value(),
        timestamp_ms,
        headers,
    )


def _offset(raw: RawMessage) -> int:
    offset = raw.offset()
    return -1 if offset is None else offset
