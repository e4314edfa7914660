"""Reads the topic of customers once, from its first record to where it ends now."""

from collections.abc import Iterator
from typing import Final, Self

from messaging.records import Record
from messaging.tail import TopicTail, Watermarks
from televendas.events import CUSTOMERS

_BATCH: Final = 2000
_SECONDS: Final = 60.0


class TopicReading:
    """One reading of `topic`, partition by partition; close it by `with`."""

    def __init__(self, topic: str = CUSTOMERS.name) -> None:
        """Ask the broker how far the topic reaches; raises TransientError."""
        self._tail = TopicTail([topic])
        self._marks: dict[tuple[str, int], Watermarks] = self._tail.watermarks()

    @property
    def offsets(self) -> int:
        """Return how many offsets there are to read; a compacted topic has fewer records."""
        return sum(each.high - each.low for each in self._marks.values())

    def batches(self) -> Iterator[list[Record]]:
        """Give the records in their partitions' order; raises TransientError."""
        for (topic, partition), marks in self._marks.items():
            for start in range(marks.low, marks.high, _BATCH):
                stop = min(start + _BATCH, marks.high)
                yield self._tail.read_range(topic, partition, start, stop, _SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_told: object) -> None:
        self._tail.close()
