"""Takes messages to their durable effect: inbox and handler in one transaction, or neither."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import IntegrityError, connections, transaction
from structlog.contextvars import bound_contextvars

from messaging import inbox, pipeline, trace
from messaging.clock import Clock
from messaging.consumer import BatchConsumer, CallingConsumer, Consumer, Message
from messaging.errors import CallInsideTransactionError, SwallowedDatabaseError
from messaging.faultpoints import faultpoint

Messages = Sequence[Message[Any]]


class Processor(Protocol):
    """Applies messages; returns those that changed something, without the ones seen before."""

    def apply(self, messages: Messages) -> Messages:
        """Make the effect of `messages` durable; whatever is raised has undone all of it."""
        ...


def processor(consumer: Consumer, clock: Clock) -> Processor:
    """Return the way in which `consumer` wants its messages applied."""
    if isinstance(consumer, CallingConsumer):
        return CallingProcessor(consumer, clock)
    return TransactionProcessor(consumer, clock)


class TransactionProcessor:
    """Applies any number of messages in one transaction."""

    def __init__(self, consumer: Consumer, clock: Clock) -> None:
        """Apply messages by `consumer`, on its own database."""
        self._consumer = consumer
        self._clock = clock

    def apply(self, messages: Messages) -> Messages:
        """Apply the messages that the inbox does not hold yet, all or none."""
        fresh = _without_twins(messages)
        try:
            self._commit(fresh)
        except IntegrityError:
            # Either the inbox knows some of them, or the handler broke a rule of its tables.
            known = inbox.seen(self._consumer.name, fresh, using=self._consumer.database)
            if not known:
                raise
            fresh = [each for each in fresh if each.event_id not in known]
            self._commit(fresh)
        return fresh

    def _commit(self, messages: Messages) -> None:
        if not messages:
            return
        consumer, using = self._consumer, self._consumer.database
        overlaps = isinstance(consumer, BatchConsumer) and consumer.overlaps
        with unit_of_work(using), pipeline.overlapping(using, wanted=overlaps):
            inbox.insert(consumer.name, messages, at=self._clock.now(), using=using)
            faultpoint("consumer.entered")
            self._handle(messages)
            faultpoint("consumer.handled")
        faultpoint("consumer.committed")

    def _handle(self, messages: Messages) -> None:
        if isinstance(self._consumer, BatchConsumer):
            # Its messages stand in many traces: what belongs to none of them has the batch's own.
            with trace.use(trace.start()):
                self._consumer.handle_batch(messages)
            return
        for message in messages:
            with _within(message):
                self._consumer.handle(message.event, message)


class CallingProcessor:
    """Applies messages one by one in three steps, so that no call runs inside a transaction."""

    def __init__(self, consumer: CallingConsumer, clock: Clock) -> None:
        """Apply messages by `consumer`, on its own database."""
        self._consumer = consumer
        self._clock = clock

    def apply(self, messages: Messages) -> Messages:
        """Take each message through its three steps; those before a failing one stay applied."""
        return [message for message in messages if self._apply_one(message)]

    def _apply_one(self, message: Message[Any]) -> bool:
        consumer, using = self._consumer, self._consumer.database
        if inbox.seen(consumer.name, [message], using=using):
            return False
        with _within(message):
            with unit_of_work(using):
                intent = consumer.prepare(message.event, message)
            faultpoint("consumer.prepared")
            refuse_inside_transaction()
            outcome = consumer.call(intent)
            faultpoint("consumer.called")
            return self._conclude(message, outcome)

    def _conclude(self, message: Message[Any], outcome: Any) -> bool:
        consumer, using = self._consumer, self._consumer.database
        try:
            with unit_of_work(using):
                inbox.insert(consumer.name, [message], at=self._clock.now(), using=using)
                faultpoint("consumer.entered")
                consumer.conclude(message.event, message, outcome)
                faultpoint("consumer.handled")
        except IntegrityError:
            if inbox.seen(consumer.name, [message], using=using):
                return False
            raise
        faultpoint("consumer.committed")
        return True


@contextmanager
def unit_of_work(using: str) -> Iterator[None]:
    """Run the block in an outermost transaction, and undo it when a database error was hidden.

    After a deadlock the server has already undone the beginning; going on would commit the rest.
    Raises SwallowedDatabaseError at the end of such a block.
    """
    with transaction.atomic(using=using, durable=True):
        connection = connections[using]
        connection.errors_occurred = False
        yield
        if connection.errors_occurred:
            raise SwallowedDatabaseError("a database error was caught inside the transaction")


def freshen(using: str) -> None:
    """Drop a database connection that died, so that the first message need not find out.

    The next query makes a new one, and checks a kept one first (`CONN_HEALTH_CHECKS`).
    """
    connection = connections[using]
    if connection.in_atomic_block and not connection.atomic_blocks:
        # A block could not even begin on the dead connection, and Django left its mark there.
        connection.in_atomic_block = False
        connection.close()
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def _within(message: Message[Any]) -> Iterator[None]:
    """Go on in the message's trace, and name it in every line that is logged inside the block."""
    with (
        trace.use(trace.continue_from(message.traceparent)),
        bound_contextvars(event_id=message.event_id),
    ):
        yield


def refuse_inside_transaction() -> None:
    """Raise CallInsideTransactionError when a transaction is open on any database here.

    The transaction that a Django TestCase wraps around a test does not count.
    """
    for connection in connections.all(initialized_only=True):
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise CallInsideTransactionError(f"a transaction is open on {connection.alias!r}")


def _without_twins(messages: Messages) -> Messages:
    if len({message.event_id for message in messages}) == len(messages):
        return messages
    return list({message.event_id: message for message in reversed(messages)}.values())[::-1]
