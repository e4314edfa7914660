"""What the runtime asks of a broker, so that the same loop runs on Kafka and on the testing kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from messaging.records import Headers, Record


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """A partition that has just become ours, still paused.

    `start` is the offset of the first record that will come: the group's committed one, or the
    earliest that the topic still holds when the group has committed none.
    """

    partition: Partition
    start: int
    is_committed: bool


class RebalanceListener(Protocol):
    """Is told, from within `poll`, which partitions come and go."""

    def on_assigned(self, assignments: Sequence[Assignment]) -> None:
        """Take over partitions; they stay paused until they are resumed."""
        ...

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """Let go of partitions; what was stored of them is committed afterwards."""
        ...


class Membership(Protocol):
    """One consumer's seat in its group."""

    @property
    def group(self) -> str:
        """Return the group's id on the broker."""
        ...

    def join(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Ask for a share of the topics' partitions."""
        ...

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """Return up to `limit` records, waiting up to `seconds` for the first of them.

        Raises MissingOffsetError and FatalClientError; passing troubles are logged, not raised.
        """
        ...

    def pause(self, partitions: Sequence[Partition]) -> None:
        """Hand out no more records of these partitions."""
        ...

    def resume(self, partitions: Sequence[Partition]) -> None:
        """Hand out records of these partitions again."""
        ...

    def seek(self, partition: Partition, offset: int) -> None:
        """Make the record at `offset` the next one of a partition."""
        ...

    def store(self, offsets: Mapping[Partition, int]) -> None:
        """Remember the next offset to read of each partition, to be committed soon."""
        ...

    def commit(self, offsets: Mapping[Partition, int] | None = None) -> None:
        """Commit `offsets`, or else what was stored, and wait for the broker's word."""
        ...

    def leave(self) -> None:
        """Leave the group; may block for long while the broker is away."""
        ...

    def topic_id(self, topic: str) -> str:
        """Return the broker's id of the topic, another one when it is made anew."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A record to be produced and confirmed."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class LetterBox(Protocol):
    """Sends dead letters."""

    def send(self, letters: Sequence[Letter], seconds: float) -> None:
        """Produce the letters and return when the broker has confirmed every one of them.

        Raises DeliveryError when one was refused or not confirmed within `seconds`, and of these
        LetterTooLargeError where its size was the reason.
        """
        ...


class Source(Protocol):
    """Reads single records again, for a redrive."""

    def topic_id(self, topic: str) -> str:
        """Return the broker's id of the topic; raises MissingTopicError where it is gone."""
        ...

    def read(self, partition: Partition, offset: int) -> Record | None:
        """Return the record at `offset`, or None when the topic no longer holds it.

        Raises TransientError when the broker does not answer.
        """
        ...
