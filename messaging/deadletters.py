"""Dead letters: a record that failed for good leaves the way, confirmed first and then listed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.utils.crypto import salted_hmac

from messaging.broker import Letter, LetterBox
from messaging.clock import Clock
from messaging.consumer import Consumer
from messaging.deathtoll import DeathToll
from messaging.errors import LetterTooLargeError, PoisonError
from messaging.faultpoints import faultpoint
from messaging.models import DeadLetter, ParkedRecord
from messaging.records import Headers, Record
from messaging.topics import catalogue, dead_letter_topic

CONFIRM_SECONDS: Final = 5.0
# What others put into a header may be personal; these say only what kind of record it was.
_TELLING_HEADERS: Final = frozenset(
    {"ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "content-type", "traceparent"}
)
TopicIds = Callable[[str], str]


class DeadLetters:
    """Buries the records of one consumer."""

    def __init__(
        self,
        consumer: Consumer,
        *,
        box: LetterBox,
        topic_id: TopicIds,
        clock: Clock,
        toll: DeathToll | None = None,
    ) -> None:
        """Bury through `box` what `consumer` could not process, within the limits of `toll`."""
        self._consumer = consumer
        self._box = box
        self._topic_id = topic_id
        self._clock = clock
        self._toll = toll
        # Counted as dead, but not buried yet: each further attempt is the same death.
        self._counted: set[tuple[str, int, int]] = set()

    def count_successes(self, number: int) -> None:
        """Set `number` records that were applied against those that died."""
        if self._toll:
            self._toll.count_successes(number)

    def bury(self, record: Record, error: Exception) -> bool:
        """Send the record's letter, wait for the broker's word, list it; tell whether it is new.

        A letter that is listed already is not sent again. Raises DeliveryError when the broker
        did not confirm, and TooManyDeadLettersError instead of sending one letter too many.
        """
        letters = DeadLetter.objects.using(self._consumer.database)
        place = {
            "consumer": self._consumer.name,
            "topic_id": self._topic_id(record.topic),
            "partition": record.partition,
            "offset": record.offset,
        }
        if letters.filter(**place).exists():
            return False
        self._count_death(record)
        self._send(record, error)
        faultpoint("deadletter.confirmed")
        letters.get_or_create(**place, defaults=self._particulars(record, error))
        faultpoint("deadletter.listed")
        self._counted.discard(_place(record))
        return True

    def _count_death(self, record: Record) -> None:
        if self._toll and _place(record) not in self._counted:
            self._counted.add(_place(record))
            self._toll.count_death()

    def _send(self, record: Record, error: Exception) -> None:
        letter = _letter(self._consumer.name, record, error)
        try:
            self._box.send([letter], CONFIRM_SECONDS)
        except LetterTooLargeError:
            # A record as large as the broker takes leaves no room for what a letter adds.
            bare = _bare_letter(self._consumer.name, record, error)
            self._box.send([bare], CONFIRM_SECONDS)

    def list_gone(self, parked: ParkedRecord) -> None:
        """List a parked record that its topic no longer holds, so that it does not vanish."""
        DeadLetter.objects.using(self._consumer.database).get_or_create(
            consumer=parked.consumer,
            topic_id=parked.topic_id,
            partition=parked.partition,
            offset=parked.offset,
            defaults={
                "topic": parked.topic,
                "key_hash": parked.key_hash,
                "error_class": "RecordGone",
                "reason": "the topic no longer holds it",
                "recorded_at": parked.parked_at,
                "died_at": self._clock.now(),
            },
        )

    def _particulars(self, record: Record, error: Exception) -> dict[str, object]:
        now = self._clock.now()
        return {
            "topic": record.topic,
            "key_hash": key_hash(record.key),
            "event_id": (record.header("ce_id") or "")[:36],
            "error_class": type(error).__name__[:128],
            "reason": reason_of(error)[:255],
            "recorded_at": _time_of(record) or now,
            "died_at": now,
        }


def key_hash(key: bytes | None) -> str:
    """Return the keyed hash under which a record's key is known outside its topic."""
    return salted_hmac("messaging.deadletters.key", key or b"", algorithm="sha256").hexdigest()


def reason_of(error: Exception) -> str:
    """Return the cause in words that quote no payload: of foreign errors the class alone."""
    return str(error) if isinstance(error, PoisonError) else type(error).__name__


def _letter(consumer: str, record: Record, error: Exception) -> Letter:
    topic = catalogue.get(record.topic)
    # A topic that nobody declared is taken for the most delicate kind.
    hides_key = topic is None or topic.holds_personal_data
    hides_value = hides_key or topic is None or topic.holds_card_data
    return Letter(
        topic=dead_letter_topic(consumer).name,
        key=key_hash(record.key).encode() if hides_key and record.key else record.key,
        value=_coordinates(record) if hides_value else record.value,
        headers=_kept(record.headers, hides_value) + _headers(consumer, record, error),
    )


def _bare_letter(consumer: str, record: Record, error: Exception) -> Letter:
    return Letter(
        topic=dead_letter_topic(consumer).name,
        key=key_hash(record.key).encode() if record.key else record.key,
        value=_coordinates(record),
        headers=_headers(consumer, record, error),
    )


def _coordinates(record: Record) -> bytes:
    topic, partition, offset = _place(record)
    return json.dumps({"topic": topic, "partition": partition, "offset": offset}).encode()


def _place(record: Record) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _time_of(record: Record) -> datetime | None:
    # A writer may set any number, such as microseconds, and older brokers take it.
    try:
        return datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _kept(headers: Headers, hides_value: bool) -> Headers:  # noqa: FBT001 - the letter's own
    if not hides_value:
        return headers
    return tuple(header for header in headers if header[0] in _TELLING_HEADERS)


def _headers(consumer: str, record: Record, error: Exception) -> Headers:
    facts = {
        "dl_consumer": consumer,
        "dl_topic": record.topic,
        "dl_partition": record.partition,
        "dl_offset": record.offset,
        "dl_timestamp_ms": record.timestamp_ms,
        "dl_error": type(error).__name__,
        "dl_reason": reason_of(error),
    }
    return tuple((name, str(value).encode()) for name, value in facts.items())
