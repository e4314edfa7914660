"""What the loop knows of each partition that it holds: whether it waits, and for which record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from messaging.broker import Assignment, Partition
from messaging.records import Record


@dataclass(slots=True)
class Holding:
    """One partition in our hands.

    It is paused until `is_settled`, and again while the record at `failing_offset` waits for
    `paused_until` (seconds of the monotonic clock). `attempts` counts failures by offset, for a
    record that cannot be read fails beside the one before it, at each attempt of that one.
    """

    partition: Partition
    start: int
    is_committed: bool
    is_settled: bool = False
    failing_offset: int | None = None
    is_suspect: bool = False
    attempts: dict[int, int] = field(default_factory=dict)
    paused_until: float | None = None

    @property
    def is_paused(self) -> bool:
        """Tell whether records of the partition are to be left alone."""
        return not self.is_settled or self.paused_until is not None


class Holdings:
    """The partitions that are ours now."""

    def __init__(self) -> None:
        """Start with none."""
        self._by_partition: dict[Partition, Holding] = {}

    def __iter__(self) -> Iterator[Holding]:
        return iter(list(self._by_partition.values()))

    def __len__(self) -> int:
        return len(self._by_partition)

    def take(self, assignments: Iterable[Assignment]) -> None:
        """Add partitions, paused until they are settled."""
        for each in assignments:
            holding = Holding(each.partition, each.start, each.is_committed)
            self._by_partition[each.partition] = holding

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Forget partitions, and with them every retry that was under way."""
        for each in partitions:
            self._by_partition.pop(each, None)

    def workable(self, records: Iterable[Record]) -> list[Record]:
        """Return the records whose partitions are ours and not paused."""
        open_now = {each.partition for each in self if not each.is_paused}
        return [each for each in records if (each.topic, each.partition) in open_now]

    def is_waiting(self, record: Record) -> bool:
        """Tell whether `record` is, or stands behind, one that waits for another attempt."""
        return self.stop_at(partition_of(record), record.offset + 1) <= record.offset

    def stop_at(self, partition: Partition, end: int) -> int:
        """Return where work on a partition stops: at the record that waits, or else at `end`."""
        holding = self._by_partition[partition]
        if holding.paused_until is None or holding.failing_offset is None:
            return end
        return min(end, holding.failing_offset)

    def count_failure(self, record: Record, *, is_suspect: bool) -> int:
        """Count one more failure of `record`; return how many it has had in a row.

        A suspect record may be the cause of its failure, so the next attempt is made alone.
        """
        holding = self._by_partition[partition_of(record)]
        holding.failing_offset, holding.is_suspect = record.offset, is_suspect
        attempts = holding.attempts[record.offset] = holding.attempts.get(record.offset, 0) + 1
        return attempts

    def pause(self, record: Record, until: float) -> None:
        """Note that the partition waits for `record` until then."""
        holding = self._by_partition[partition_of(record)]
        holding.failing_offset, holding.paused_until = record.offset, until

    def pass_by(self, partition: Partition, next_offset: int) -> None:
        """Forget the failures of a record that lies before `next_offset`."""
        holding = self._by_partition[partition]
        if holding.failing_offset is not None and holding.failing_offset < next_offset:
            holding.failing_offset, holding.is_suspect = None, False
        if holding.attempts:
            left = {at: n for at, n in holding.attempts.items() if at >= next_offset}
            holding.attempts = left

    def have_suspect(self) -> bool:
        """Tell whether a record that failed by itself may be among those that come next."""
        return any(each.is_suspect and not each.is_paused for each in self)

    def waiting(self) -> list[tuple[Partition, int]]:
        """Return the partitions that wait for another attempt, and at which offset."""
        return [
            (each.partition, each.failing_offset)
            for each in self
            if each.paused_until is not None and each.failing_offset is not None
        ]

    def due(self, now: float) -> list[Holding]:
        """Return the partitions whose wait is over."""
        return [each for each in self if each.paused_until is not None and each.paused_until <= now]

    def unsettled(self) -> list[Holding]:
        """Return the partitions whose start is not recorded yet."""
        return [each for each in self if not each.is_settled]

    def next_due(self) -> float | None:
        """Return when the first wait ends, or None when nothing waits."""
        waits = [each.paused_until for each in self if each.paused_until is not None]
        return min(waits, default=None)


def partition_of(record: Record) -> Partition:
    """Return the partition that `record` came from."""
    return Partition(record.topic, record.partition)
