"""A broker in memory behind the same Protocol as Kafka's adapter, with faults on demand."""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from messaging.broker import Assignment, Letter, Partition, RebalanceListener
from messaging.clock import Clock, SystemClock
from messaging.errors import DeliveryError, LetterTooLargeError, MissingOffsetError, TransientError
from messaging.records import Headers, Record
from messaging.testing.clock import FakeClock
from messaging.testing.log import Group, PartitionLog, TopicLog
from messaging.topics import catalogue

# What the Kafka client takes where nothing else is set.
LARGEST_LETTER_BYTES: Final = 1_000_000


class MemoryBroker:
    """Topics and groups in memory; topics are made at first use, as the catalogue has them.

    While `is_away` nothing comes and nothing goes through. A poll that finds nothing moves a
    FakeClock on by its timeout, so that waits pass without being waited for.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        """Start empty."""
        self.clock = clock or SystemClock()
        self.is_away = False
        self._topics: dict[str, TopicLog] = {}
        self._groups: dict[str, Group] = defaultdict(Group)

    def create(self, topic: str, partitions: int) -> None:
        """Make `topic`, anew and with another id where there was one; offsets go with the old."""
        self._topics[topic] = TopicLog(partitions=[PartitionLog() for _ in range(partitions)])
        for group in self._groups.values():
            group.committed = {
                each: offset for each, offset in group.committed.items() if each.topic != topic
            }

    def add_partitions(self, topic: str, total: int) -> None:
        """Give `topic` more partitions, up to `total`."""
        partitions = self.topic(topic).partitions
        partitions.extend(PartitionLog() for _ in range(total - len(partitions)))

    def produce(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> Record:
        """Append a record and return it as consumers will see it."""
        logs = self.topic(topic).partitions
        number = zlib.crc32(key or b"") % len(logs) if partition is None else partition
        timestamp = int(self.clock.now().timestamp() * 1000)
        record = Record(topic, number, logs[number].end, key, value, timestamp, headers)
        logs[number].records.append(record)
        return record

    def topic(self, name: str) -> TopicLog:
        """Return what the broker keeps of a topic."""
        if name not in self._topics:
            declared = catalogue.get(name)
            self.create(name, declared.partitions if declared else 1)
        return self._topics[name]

    def records(self, topic: str) -> list[Record]:
        """Return all records of `topic`, partition by partition."""
        return [record for log in self.topic(topic).partitions for record in log.records]

    def group(self, name: str) -> Group:
        """Return the group called `name`."""
        return self._groups[name]

    def membership(self, group: str) -> "MemoryMembership":
        """Return a new seat in `group`."""
        return MemoryMembership(self, group)

    def letter_box(self) -> "MemoryLetterBox":
        """Return a way to send dead letters."""
        return MemoryLetterBox(self)

    def topic_id(self, topic: str) -> str:
        """Return the topic's id; with `read` the broker is itself a source for redrives."""
        return self.topic(topic).topic_id

    def read(self, partition: Partition, offset: int) -> Record | None:
        """Return the record at `offset`, or None when it was trimmed away."""
        log = self.log(partition)
        return log.read(offset) if offset >= log.earliest else None

    def log(self, partition: Partition) -> PartitionLog:
        """Return the records of one partition."""
        return self.topic(partition.topic).partitions[partition.number]


class MemoryLetterBox:
    """Sends dead letters to the memory broker."""

    def __init__(self, broker: MemoryBroker) -> None:
        """Send to `broker`."""
        self._broker = broker

    def send(self, letters: Sequence[Letter], seconds: float) -> None:
        """Append the letters; raises DeliveryError as Kafka's box does: away, or too large."""
        if self._broker.is_away:
            raise DeliveryError(f"no word about {letters[0].topic} within {seconds} s")
        if any(_size(each) > LARGEST_LETTER_BYTES for each in letters):
            raise LetterTooLargeError(letters[0].topic)
        for each in letters:
            self._broker.produce(each.topic, each.value, key=each.key, headers=each.headers)


class MemoryMembership:
    """A seat in a group of the memory broker; rebalances happen while members poll."""

    def __init__(self, broker: MemoryBroker, group: str) -> None:
        """Prepare the seat; `join` takes it."""
        self.group = group
        self.topics: tuple[str, ...] = ()
        self._broker = broker
        self._state = broker.group(group)
        self._listener: RebalanceListener
        self._positions: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._stored: dict[Partition, int] = {}
        self.member_id = str(uuid4())

    def join(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Take the seat; partitions come with the next polls."""
        self.topics, self._listener = tuple(topics), listener
        self._state.members.append(self)

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """Return up to `limit` records of the partitions that are ours and not paused."""
        if self._broker.is_away:
            return self._nothing(seconds)
        self._commit_stored()
        self._rebalance()
        records: list[Record] = []
        for partition in sorted(self._positions):
            if partition not in self._paused:
                records += self._read(partition, limit - len(records))
        return records or self._nothing(seconds)

    def pause(self, partitions: Sequence[Partition]) -> None:
        """Hand out no more records of these partitions."""
        self._paused.update(partitions)

    def resume(self, partitions: Sequence[Partition]) -> None:
        """Hand out records of these partitions again."""
        self._paused.difference_update(partitions)

    def seek(self, partition: Partition, offset: int) -> None:
        """Make the record at `offset` the next one of a partition."""
        self._positions[partition] = offset

    def store(self, offsets: Mapping[Partition, int]) -> None:
        """Remember offsets; they are committed with the next poll."""
        self._stored.update(offsets)

    def commit(self, offsets: Mapping[Partition, int] | None = None) -> None:
        """Commit `offsets`, or else what was stored; raises TransientError when away."""
        if self._broker.is_away:
            raise TransientError("the broker is away")
        if offsets is None:
            self._commit_stored()
        else:
            self._state.committed.update(offsets)

    def lag(self) -> int:
        """Return how many records of our partitions we have not been handed yet."""
        return sum(self._broker.log(p).end - at for p, at in self._positions.items())

    def leave(self) -> None:
        """Give everything back."""
        self._let_go(set(self._positions))
        self.vanish()

    def vanish(self) -> None:
        """Be gone as after SIGKILL: nothing is committed, the others get the partitions."""
        self._state.members.remove(self)
        self._state.owners = {k: v for k, v in self._state.owners.items() if v is not self}

    def topic_id(self, topic: str) -> str:
        """Return the topic's id."""
        return self._broker.topic_id(topic)

    def _nothing(self, seconds: float) -> list[Record]:
        if isinstance(self._broker.clock, FakeClock):
            self._broker.clock.advance(seconds)
        return []

    def _read(self, partition: Partition, limit: int) -> list[Record]:
        log, position = self._broker.log(partition), self._positions[partition]
        if not log.earliest <= position <= log.end:
            raise MissingOffsetError(f"{self.group} on {partition}: no offset {position}")
        found = log.records[position - log.earliest :][: max(0, limit)]
        self._positions[partition] = position + len(found)
        return found

    def _rebalance(self) -> None:
        every = [
            Partition(topic, number)
            for topic in sorted({t for member in self._state.members for t in member.topics})
            for number in range(len(self._broker.topic(topic).partitions))
        ]
        share = self._state.shares(every).get(self, set())
        self._let_go(set(self._positions) - share)
        self._take({each for each in share - set(self._positions) if self._is_free(each)})

    def _is_free(self, partition: Partition) -> bool:
        return partition not in self._state.owners

    def _let_go(self, partitions: set[Partition]) -> None:
        if not partitions:
            return
        self._listener.on_revoked(sorted(partitions))
        self._commit_stored()
        for each in partitions:
            del self._positions[each]
            del self._state.owners[each]
            self._paused.discard(each)

    def _take(self, partitions: set[Partition]) -> None:
        assignments = []
        for each in sorted(partitions):
            committed = self._state.committed.get(each)
            start = self._broker.log(each).earliest if committed is None else committed
            assignments.append(Assignment(each, start, is_committed=committed is not None))
            self._positions[each] = start
            self._state.owners[each] = self
        self._paused |= partitions
        if assignments:
            self._listener.on_assigned(assignments)

    def _commit_stored(self) -> None:
        self._state.committed.update(self._stored)
        self._stored.clear()


def _size(letter: Letter) -> int:
    headers = sum(len(name) + len(value or b"") for name, value in letter.headers)
    return len(letter.key or b"") + len(letter.value or b"") + headers
