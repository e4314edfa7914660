"""Turns what happens to messages, and how far behind they are, into metrics."""

import logging
import threading
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from confluent_kafka import KafkaException

from messaging import clients, metrics
from messaging.clock import Clock
from messaging.consumer import Consumer, Message
from messaging.lag import LagMeter
from messaging.records import Record
from messaging.runtime import Runtime

SECONDS_BETWEEN_MEASUREMENTS: Final = 5.0
LONGEST_SILENCE_SECONDS: Final = 20.0
_FRAMES: Final = 4
_logger = logging.getLogger("messaging.metering")


class MetricsObserver:
    """Counts; the labelled children are looked up once, for this runs for every batch."""

    def __init__(self, consumer: str) -> None:
        """Count for the consumer called `consumer`."""
        self._received = metrics.RECEIVED.labels(consumer)
        self._succeeded = metrics.SUCCEEDED.labels(consumer)
        self._batch_records = metrics.BATCH_RECORDS.labels(consumer)

    def on_received(self, consumer: str, records: Sequence[Record]) -> None:
        """Count records."""
        del consumer
        self._received.inc(len(records))
        self._batch_records.observe(len(records))

    def on_succeeded(self, consumer: str, messages: Sequence[Message[Any]]) -> None:
        """Count messages."""
        del consumer
        self._succeeded.inc(len(messages))

    def on_retried(self, consumer: str, record: Record, error: Exception) -> None:
        """Count a retry under the error's class."""
        del record
        metrics.RETRIED.labels(consumer, type(error).__name__).inc()

    def on_dead_lettered(self, consumer: str, record: Record, error: Exception) -> None:
        """Count a dead letter under the error's class."""
        del record
        metrics.DEAD.labels(consumer, type(error).__name__).inc()


class LogObserver:
    """Says in the log what an operator must know; never a word for what goes well."""

    def on_received(self, consumer: str, records: Sequence[Record]) -> None:
        """Say nothing."""

    def on_succeeded(self, consumer: str, messages: Sequence[Message[Any]]) -> None:
        """Say nothing."""

    def on_retried(self, consumer: str, record: Record, error: Exception) -> None:
        """Tell of a record that will be tried again."""
        _logger.warning("retried", extra=_facts(consumer, record, error))

    def on_dead_lettered(self, consumer: str, record: Record, error: Exception) -> None:
        """Tell of a record that is dead."""
        _logger.error("dead lettered", extra=_facts(consumer, record, error))


class LagGauges(threading.Thread):
    """Keeps the lag gauges up to date, apart from the loops, and tells each loop its own lag."""

    def __init__(
        self, consumers: Iterable[type[Consumer]], runtimes: Mapping[str, Runtime], clock: Clock
    ) -> None:
        """Prepare to measure `consumers`, which `runtimes` run here."""
        super().__init__(name="lag", daemon=True)
        self._meter = LagMeter(consumers, clock)
        self._runtimes = runtimes
        self._clock = clock
        self._measured_at = clock.monotonic()
        self._pause = threading.Event()

    def run(self) -> None:
        """Measure for ever; a broker that is away leaves the gauges as they were."""
        while not self._pause.wait(SECONDS_BETWEEN_MEASUREMENTS):
            clients.serve()
            try:
                self._measure()
            except (KafkaException, TimeoutError) as error:
                # The probe says so too, and the client's log why.
                _logger.debug("no lag to be had: %s", error)

    def trouble(self) -> str | None:
        """Say so when the broker has not answered for a while."""
        silence = self._clock.monotonic() - self._measured_at
        return f"no answer for {silence:.0f} s" if silence > LONGEST_SILENCE_SECONDS else None

    def _measure(self) -> None:
        for each in self._meter.measure():
            metrics.LAG_MESSAGES.labels(each.consumer, each.topic).set(each.messages)
            metrics.LAG_SECONDS.labels(each.consumer, each.topic).set(each.seconds)
        for name, runtime in self._runtimes.items():
            behind = self._meter.behind[name]
            runtime.behind = sum(behind.get(each.partition, 0) for each in runtime.holdings)
        self._measured_at = self._clock.monotonic()


def _facts(consumer: str, record: Record, error: Exception) -> dict[str, object]:
    return {
        "consumer": consumer,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        # As the table of dead letters has it: whoever wrote the record may have put anything there.
        "event_id": (record.header("ce_id") or "")[:36],
        "error": type(error).__name__,
        "where": where(error),
    }


def where(error: BaseException) -> str:
    """Return the innermost places of an error's way, without its words: those may quote data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " > ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
