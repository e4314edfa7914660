"""Hands outbox rows to Kafka and waits for what becomes of each, with order kept within a key.

Three things keep the order when one row fails. The client never gives up by itself (infinite
timeout, idempotent producer), so only a verdict of the broker ends a try. The gapless guarantee
makes such a verdict fatal for the producer: what was behind the refused row is refused too, never
written past it. Then the refused ones are tried again one at a time with a new producer, so that
only the guilty row is set aside, and the later rows of its key with it.
"""

import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

import msgspec
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as RawMessage

from messaging import clients
from messaging.backlog import Lane, Reason, Report, Unsent
from messaging.errors import TransientError
from messaging.faultpoints import faultpoint

_SLICE_SECONDS: Final = 0.2
_METADATA_SECONDS: Final = 3.0
_OPTIONS: Final = {"message_timeout_ms": 0, "enable_gapless_guarantee": True}
_UNKNOWN: Final = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001  # so named by the client
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001  # so named by the client
    }
)
# Reports that say nothing about the row: the producer was ended while the row waited in it.
_ENDED: Final = frozenset(
    {
        KafkaError._PURGE_QUEUE,  # noqa: SLF001  # so named by the client
        KafkaError._PURGE_INFLIGHT,  # noqa: SLF001  # so named by the client
        KafkaError._FATAL,  # noqa: SLF001  # so named by the client
        KafkaError._GAPLESS_GUARANTEE,  # noqa: SLF001  # so named by the client
        KafkaError._DESTROY,  # noqa: SLF001  # so named by the client
    }
)

_log = logging.getLogger(__name__)
# The client warns at every start that the gapless guarantee is experimental: see decision 0020.
_EXPECTED_WARNING: Final = "Configuration property enable.gapless.guarantee is experimental"
logging.getLogger("messaging.client").addFilter(
    lambda record: _EXPECTED_WARNING not in record.getMessage()
)
_decode_headers = cast(
    "Callable[[str], dict[str, str | bytes | None]]", msgspec.json.Decoder(dict[str, str]).decode
)
_numbers = itertools.count(1)


@dataclass(slots=True)
class Outcome:
    """What became of the rows: confirmed, to be set aside, or (in neither) still unsent.

    `parked` is the caller's set of keys that wait; a key whose row is refused is added to it.
    """

    parked: set[Lane]
    reports: list[Report] = field(default_factory=list)
    set_aside: dict[Reason, list[Unsent]] = field(default_factory=dict)
    failed: list[tuple[Unsent, KafkaError]] = field(default_factory=list)

    def refuse(self, row: Unsent, reason: Reason) -> None:
        """Say that `row` cannot be sent, and that its key has to wait."""
        if reason != Reason.WAITS:
            self.parked.add((row.topic, row.key))
        self.set_aside.setdefault(reason, []).append(row)

    def report(self, row: Unsent, error: KafkaError | None, confirmed: RawMessage) -> None:
        """Take the client's delivery report about `row`."""
        if error is None:
            place = confirmed.partition(), confirmed.offset()
            self.reports.append(Report(row.id, *place))  # type: ignore[arg-type]  # never None now
        else:
            self.failed.append((row, error))


class Sender:
    """One producer, made anew when it was ended, and what it has been told about topics."""

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._producer: Producer | None = None
        self._topics: frozenset[str] = frozenset()

    def send(
        self, rows: Sequence[Unsent], parked: set[Lane], keep_on: Callable[[], bool]
    ) -> Outcome:
        """Send `rows` in order and wait for their reports; ends early when `keep_on` says no.

        Raises TransientError while the broker is away and it is not known which topics it has.
        """
        outcome = Outcome(parked)
        if not {row.topic for row in rows} <= self._topics:
            self._topics = self._ask_topics()
        self._attempt(rows, outcome, keep_on)
        suspects, outcome.failed = outcome.failed, []
        # In the table's order, not in that of the reports.
        for row, _ in sorted(suspects, key=lambda failure: failure[0].id):
            if not (keep_on() and self._try_alone(row, outcome, keep_on)):
                break
        return outcome

    def existing(self, topics: set[str]) -> set[str]:
        """Return those of `topics` that the broker has now; raises TransientError."""
        self._topics = self._ask_topics()
        return topics & self._topics

    def abandon(self) -> None:
        """Drop at once what waits in the producer; any thread may call it."""
        producer = self._producer
        if producer is not None and len(producer):
            producer.purge()

    def close(self) -> None:
        """Let go of the producer, without waiting for what is in it."""
        if self._producer is not None:
            clients.discard(self._producer)
            self._producer = None

    def _try_alone(self, row: Unsent, outcome: Outcome, keep_on: Callable[[], bool]) -> bool:
        """Send one row; return False when it stays unsent, so that nothing may overtake it."""
        self._attempt([row], outcome, keep_on)
        verdicts, outcome.failed = outcome.failed, []
        for _, error in verdicts:
            if error.code() in _ENDED:
                _log.error("outbox row not sent: %s", error, extra={"outbox_id": row.id})
                return False
            _refuse(row, error, outcome)
        return True

    def _attempt(
        self, rows: Sequence[Unsent], outcome: Outcome, keep_on: Callable[[], bool]
    ) -> None:
        producer = self._made()
        for row in rows:
            if outcome.parked and (row.topic, row.key) in outcome.parked:
                outcome.refuse(row, Reason.WAITS)
            elif row.topic not in self._topics:
                outcome.refuse(row, Reason.UNKNOWN_TOPIC)
            elif not _handed_over(producer, row, outcome, keep_on):
                break
        faultpoint("relay.produced")
        self._wait(producer, outcome, keep_on)

    def _wait(self, producer: Producer, outcome: Outcome, keep_on: Callable[[], bool]) -> None:
        # Asked before the first wait too: handing over may have been held up for long.
        while len(producer) and keep_on():
            _unconfirmed(producer)
        if len(producer):
            producer.purge()
            _unconfirmed(producer)
        if outcome.failed or len(producer):
            self.close()

    def _made(self) -> Producer:
        if self._producer is None:
            # A name of its own, because an ended producer must not be handed out again.
            self._producer = clients.producer(client_id=f"relay-{next(_numbers)}", **_OPTIONS)
        return self._producer

    def _ask_topics(self) -> frozenset[str]:
        try:
            listed = self._made().list_topics(timeout=_METADATA_SECONDS)
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error
        return frozenset(name for name, topic in listed.topics.items() if topic.error is None)


def _unconfirmed(producer: Producer) -> int:
    """Wait a little for reports; return how many are still to come."""
    try:
        return producer.flush(_SLICE_SECONDS)
    except KafkaException as error:
        # The client says here, once, that it was ended; what it held gets its report all the same.
        _log.warning("producer ended: %s", error)
        return len(producer)


def _handed_over(
    producer: Producer, row: Unsent, outcome: Outcome, keep_on: Callable[[], bool]
) -> bool:
    while not _produced(producer, row, outcome):
        if not keep_on():
            return False
        _unconfirmed(producer)
    return True


def _produced(producer: Producer, row: Unsent, outcome: Outcome) -> bool:
    """Hand one row to the client; return False when the client is full for now."""
    try:
        producer.produce(
            row.topic,
            row.payload,
            row.key,
            headers=_decode_headers(row.headers),
            on_delivery=partial(outcome.report, row),
        )
    except BufferError:
        return False
    except msgspec.MsgspecError:
        outcome.refuse(row, Reason.UNREADABLE)
    except KafkaException as error:
        _not_produced(row, error.args[0], outcome)
    return True


def _not_produced(row: Unsent, error: KafkaError, outcome: Outcome) -> None:
    if error.code() in _ENDED:
        outcome.failed.append((row, error))
    else:
        _refuse(row, error, outcome)


def _refuse(row: Unsent, error: KafkaError, outcome: Outcome) -> None:
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        reason = Reason.TOO_LARGE
    elif error.code() in _UNKNOWN:
        reason = Reason.UNKNOWN_TOPIC
    else:
        reason = Reason.REFUSED
    cause = {"outbox_id": row.id, "topic": row.topic, "cause": error.name()}
    _log.error("outbox row set aside", extra=cause)
    outcome.refuse(row, reason)
