"""The contract of a consumer: one small class says what it reads, how it retries, what it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from messaging.events import Event
from messaging.records import Record

E = TypeVar("E", bound=Event)


class Message(msgspec.Struct, Generic[E], frozen=True):
    """A decoded record: the struct, who it is, and where it stood.

    `event_id` is the CloudEvents id, or for a record from outside one made of topic id, partition
    and offset: the inbox key, the same at every redelivery. `event_type` is the declared type.
    """

    event: E
    event_id: str
    event_type: str
    traceparent: str | None
    record: Record

    @property
    def recorded_at(self) -> datetime:
        """Return the record's own timestamp, aware, in UTC."""
        return datetime.fromtimestamp(self.record.timestamp_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Takes:
    """One kind of event that a consumer takes; `default` takes the topic's records without type.

    `opens` reads the record in place of the struct's own decoding, for what comes in several
    shapes or means something as a tombstone; it raises PoisonError and quotes no payload.
    """

    struct: type[Event]
    default: bool = False
    opens: Callable[[Record], Event] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How transient errors are tried again: without end, with capped backoff and full jitter.

    An error of no known class is tried `unknown_attempts` times before it is a dead letter.
    """

    first_delay: timedelta = timedelta(milliseconds=200)
    longest_delay: timedelta = timedelta(seconds=30)
    factor: float = 2.0
    unknown_attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPolicy:
    """When dead letters stop the consumer, and what becomes of the same key's later records.

    `limit_in_row` letters without a success between them stop it, and so does a share above
    `limit_share` among the last `window` records. With `park_key`, later records of a dead key
    wait for it instead of overtaking it.
    """

    limit_in_row: int = 100
    limit_share: float = 0.5
    window: int = 1000
    park_key: bool = False


class Consumer:
    """A consumer that handles one event at a time, inside one transaction with its inbox row.

    `name` is at once the argument of `run_consumer`, the consumer group, the inbox key, the
    dead-letter topic's stem and the metric label.
    """

    name: ClassVar[str]
    owner: ClassVar[str]
    takes: ClassVar[Sequence[Takes]]
    database: ClassVar[str] = "default"
    batch_size: ClassVar[int] = 500
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    dead_letters: ClassVar[DeadLetterPolicy] = DeadLetterPolicy()

    def handle(self, event: Any, message: Message[Any]) -> None:
        """Apply `event`; whatever is raised undoes the effect and the inbox row together."""
        raise NotImplementedError


class BatchConsumer(Consumer):
    """A consumer for a hot path: many messages, one transaction.

    With `overlaps` the inbox's insert may still be under way while `handle_batch` runs (see
    `messaging.pipeline`): the handler must let an IntegrityError that is not its own pass, so it
    calls `pipeline.settle` before any statement whose IntegrityError it means to catch.
    """

    overlaps: ClassVar[bool] = False

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Apply the messages, which the inbox has not seen before, in their order."""
        raise NotImplementedError

    def handle(self, event: Any, message: Message[Any]) -> None:  # noqa: ARG002 - in the message
        """Apply one message as a batch of one, as the replay after a failed batch does."""
        self.handle_batch([message])


class CallingConsumer(Consumer):
    """A consumer that calls out, in three steps so that no call runs inside a transaction.

    `prepare` commits the intent and may run again; `call` runs with no transaction open, under a
    request id made from the intent; `conclude` commits inbox, effect and outbox.
    """

    def prepare(self, event: Any, message: Message[Any]) -> Any:
        """Commit and return the intent; a redelivery must find the one it committed before."""
        raise NotImplementedError

    def call(self, intent: Any) -> Any:
        """Call out and return the outcome; raise TransientError when the outcome is unknown."""
        raise NotImplementedError

    def conclude(self, event: Any, message: Message[Any], outcome: Any) -> None:
        """Apply the outcome inside the transaction of the inbox row."""
        raise NotImplementedError
