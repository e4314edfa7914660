"""Works through the records of one poll: together if it can be, one by one if it must be."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from messaging import backoff, metrics
from messaging.clock import Clock
from messaging.consumer import CallingConsumer, Consumer, Message
from messaging.deadletters import DeadLetters
from messaging.envelope import Decoder
from messaging.errors import TooManyDeadLettersError
from messaging.failures import Failure, classify
from messaging.faultpoints import faultpoint
from messaging.observers import Observers
from messaging.parking import Parking
from messaging.partitions import Holdings
from messaging.processing import Processor
from messaging.records import Record

Messages = Sequence[Message[Any]]
_logger = logging.getLogger("messaging.work")


class Work:
    """What is done with records between the poll and the storing of their offsets.

    Afterwards each record is applied, seen before, skipped, dead (and confirmed so), or waits:
    then its partition is paused at it, and nothing behind it has been touched.
    """

    def __init__(
        self,
        consumer: Consumer,
        *,
        decoder: Decoder,
        processor: Processor,
        dead_letters: DeadLetters,
        parking: Parking,
        holdings: Holdings,
        observers: Observers,
        clock: Clock,
        is_stopping: Callable[[], bool],
    ) -> None:
        """Work for `consumer` on the partitions of `holdings`."""
        self._consumer = consumer
        self._decoder = decoder
        self._processor = processor
        self._dead_letters = dead_letters
        self._parking = parking
        self._holdings = holdings
        self._observers = observers
        self._clock = clock
        self._is_stopping = is_stopping
        self._skipped = metrics.SKIPPED.labels(consumer.name)
        self._duplicates = metrics.DUPLICATES.labels(consumer.name)

    def do(self, records: Sequence[Record]) -> None:
        """Work through `records`; raises TooManyDeadLettersError and nothing that passes."""
        messages = self._decode(records)
        faultpoint("consumer.decoded")
        must_go_alone = isinstance(self._consumer, CallingConsumer) or self._holdings.have_suspect()
        if messages and (must_go_alone or not self._apply_together(messages)):
            self._apply_one_by_one(messages)

    def _decode(self, records: Sequence[Record]) -> Messages:
        messages = []
        for record in records:
            try:
                message = self._decoder.decode(record)
            except Exception as error:  # noqa: BLE001 - it is classed by its type
                if not self._holdings.is_waiting(record):
                    self._fail(record, error)
                continue
            if message is None:
                self._skipped.inc()
            else:
                messages.append(message)
        if not self._holdings.waiting():
            return messages
        return [each for each in messages if not self._holdings.is_waiting(each.record)]

    def _apply_together(self, messages: Messages) -> bool:
        """Apply the messages in one transaction; tell whether they need no closer look."""
        try:
            self._apply(messages)
        except Exception as error:  # noqa: BLE001 - the closer look finds whose it is
            _logger.info("a batch of %s failed: %s", len(messages), type(error).__name__)
            if classify(error) is not Failure.OUTAGE:
                return False
            self._wait_all(messages, error)
        return True

    def _apply_one_by_one(self, messages: Messages) -> None:
        for position, message in enumerate(messages):
            if self._holdings.is_waiting(message.record):
                continue
            if self._is_stopping():
                self._wait_all(messages[position:], InterruptedError())
                return
            try:
                self._apply([message])
            except Exception as error:  # noqa: BLE001 - it is classed by its type
                if classify(error) is Failure.OUTAGE:
                    self._wait_all(messages[position:], error)
                    return
                self._fail(message.record, error)

    def _apply(self, messages: Messages) -> None:
        waking = self._parking.sift(messages)
        if not waking:
            return
        applied = self._processor.apply(waking)
        self._dead_letters.count_successes(len(waking))
        self._duplicates.inc(len(waking) - len(applied))
        self._observers.succeeded(applied)

    def _fail(self, record: Record, error: Exception) -> None:
        """Decide what becomes of a record that failed by itself."""
        failure = classify(error)
        attempts = self._holdings.count_failure(record, is_suspect=failure is not Failure.OUTAGE)
        is_given_up = attempts >= self._consumer.retry.unknown_attempts
        if failure is Failure.POISON or (failure is Failure.UNKNOWN and is_given_up):
            self._bury(record, error)
        else:
            self._wait(record, error, attempts)

    def _bury(self, record: Record, error: Exception) -> None:
        try:
            is_new = self._dead_letters.bury(record, error)
        except TooManyDeadLettersError:
            raise
        except Exception as trouble:  # noqa: BLE001 - unburied, the record waits, whatever it was
            attempts = self._holdings.count_failure(record, is_suspect=True)
            self._wait(record, trouble, attempts)
            return
        if is_new:
            self._observers.dead_lettered(record, error)

    def _wait(self, record: Record, error: Exception, attempts: int) -> None:
        delay = backoff.delay(self._consumer.retry, attempts)
        self._holdings.pause(record, self._clock.monotonic() + delay)
        self._observers.retried(record, error)

    def _wait_all(self, messages: Messages, error: Exception) -> None:
        """Let every partition wait at its first message that is not done yet."""
        for message in messages:
            if not self._holdings.is_waiting(message.record):
                attempts = self._holdings.count_failure(message.record, is_suspect=False)
                self._wait(message.record, error, attempts)
