"""The memory broker's side of things: topics with their records, groups with their offsets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from messaging.broker import Partition
from messaging.records import Record

if TYPE_CHECKING:
    from messaging.testing.broker import MemoryMembership


@dataclass(slots=True)
class PartitionLog:
    """The records of one partition; those before `earliest` have been trimmed away."""

    earliest: int = 0
    records: list[Record] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Return the offset that the next record will get."""
        return self.earliest + len(self.records)

    def read(self, offset: int) -> Record | None:
        """Return the record at `offset`, or None at the end."""
        return self.records[offset - self.earliest] if offset < self.end else None

    def trim(self, offset: int) -> None:
        """Forget the records before `offset`, as retention does."""
        self.records = self.records[offset - self.earliest :]
        self.earliest = offset


@dataclass(slots=True)
class TopicLog:
    """A topic as the broker keeps it."""

    topic_id: str = field(default_factory=lambda: str(uuid4()))
    partitions: list[PartitionLog] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A consumer group: its committed offsets, its members, and who has which partition."""

    committed: dict[Partition, int] = field(default_factory=dict)
    members: list[MemoryMembership] = field(default_factory=list)
    owners: dict[Partition, MemoryMembership] = field(default_factory=dict)

    def shares(self, partitions: list[Partition]) -> dict[MemoryMembership, set[Partition]]:
        """Return which member is to have which of `partitions`, dealt out in turn."""
        dealt: dict[MemoryMembership, set[Partition]] = defaultdict(set)
        for position, partition in enumerate(partitions):
            takers = [each for each in self.members if partition.topic in each.topics]
            if takers:
                dealt[takers[position % len(takers)]].add(partition)
        return dealt
