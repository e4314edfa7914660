"""Parked keys: later records of a dead key wait in order, and the rest of the partition goes on."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from messaging.clock import Clock
from messaging.consumer import Consumer, Message
from messaging.deadletters import key_hash
from messaging.faultpoints import faultpoint
from messaging.metrics import PARKED
from messaging.models import DeadLetter, ParkedRecord

Messages = Sequence[Message[Any]]


class Parking:
    """Keeps records of dead keys back, for a consumer whose policy says `park_key`.

    A record without a key has no order to keep, and is never parked.
    """

    def __init__(self, consumer: Consumer, *, topic_id: Callable[[str], str], clock: Clock) -> None:
        """Park for `consumer`, on its own database."""
        self._consumer = consumer
        self._topic_id = topic_id
        self._clock = clock
        self._counter = PARKED.labels(consumer.name)

    def sift(self, messages: Messages) -> Messages:
        """Park the messages that stand behind an open dead letter of their key; return the rest."""
        if not self._consumer.dead_letters.park_key or not messages:
            return messages
        using = self._consumer.database
        rows = [self._row(each) for each in messages if each.record.key]
        with transaction.atomic(using=using):
            letters = self._open_letters({row.key_hash for row in rows})
            parked = [row for row in rows if any(stands_behind(row, each) for each in letters)]
            ParkedRecord.objects.using(using).bulk_create(parked, ignore_conflicts=True)
        faultpoint("consumer.parked")
        self._counter.inc(len(parked))
        places = {(row.topic, row.partition, row.offset) for row in parked}
        return [each for each in messages if _place(each) not in places]

    def _open_letters(self, hashes: set[str]) -> list[DeadLetter]:
        # Locked, so that a redrive cannot resolve a letter while a record is parked behind it.
        letters = DeadLetter.objects.using(self._consumer.database).select_for_update()
        found = letters.filter(
            consumer=self._consumer.name, state=DeadLetter.State.OPEN, key_hash__in=hashes
        )
        return list(found.order_by("id"))

    def _row(self, message: Message[Any]) -> ParkedRecord:
        record = message.record
        return ParkedRecord(
            consumer=self._consumer.name,
            topic=record.topic,
            topic_id=self._topic_id(record.topic),
            partition=record.partition,
            offset=record.offset,
            key_hash=key_hash(record.key),
            parked_at=self._clock.now(),
        )


def stands_behind(row: ParkedRecord, letter: DeadLetter) -> bool:
    """Tell whether `row` has the letter's key and is not older than it, where that can be told."""
    if row.key_hash != letter.key_hash:
        return False
    is_same_partition = (row.topic_id, row.partition) == (letter.topic_id, letter.partition)
    return not is_same_partition or row.offset > letter.offset


def _place(message: Message[Any]) -> tuple[str, int, int]:
    return message.record.topic, message.record.partition, message.record.offset
