"""Redrive: dead letters are tried again, by the consumer that failed, as often as one likes.

The record is read from its own topic by offset and goes through the same inbox as any other, so
that however often it is redriven it has one effect.
"""

import enum
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from messaging.broker import LetterBox, Partition, Source
from messaging.clock import Clock
from messaging.consumer import Consumer
from messaging.deadletters import DeadLetters, key_hash, reason_of
from messaging.envelope import Decoder
from messaging.errors import MissingTopicError
from messaging.failures import Failure, classify
from messaging.faultpoints import faultpoint
from messaging.models import DeadLetter, ParkedRecord, RedriveRun
from messaging.parking import stands_behind
from messaging.processing import processor
from messaging.records import Record


class Fate(enum.StrEnum):
    """What came of one letter."""

    APPLIED = "applied"
    SEEN_BEFORE = "seen before"
    STILL_FAILING = "still failing"
    GONE = "gone"
    WOULD_BE_TRIED = "would be tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which letters of a consumer; what is not said does not restrict.

    `cause` is the start of a reason or an error's class; `key` is a record's key in clear.
    `again` includes letters that were resolved before.
    """

    cause: str | None = None
    key: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[int, ...] | None = None
    again: bool = False

    def among(self, consumer: type[Consumer]) -> QuerySet[DeadLetter]:
        """Return the chosen letters, in the order in which their records stood."""
        letters = DeadLetter.objects.using(consumer.database).filter(consumer=consumer.name)
        if not self.again:
            letters = letters.filter(state=DeadLetter.State.OPEN)
        if self.cause is not None:
            letters = letters.filter(Q(reason__startswith=self.cause) | Q(error_class=self.cause))
        if self.key is not None:
            letters = letters.filter(key_hash=key_hash(self.key.encode()))
        if self.since is not None:
            letters = letters.filter(died_at__gte=self.since)
        if self.until is not None:
            letters = letters.filter(died_at__lt=self.until)
        if self.ids is not None:
            letters = letters.filter(pk__in=self.ids)
        return letters.order_by("topic", "partition", "offset")

    def described(self) -> dict[str, Any]:
        """Return what was asked, for the audit; of a key only its hash."""
        asked = {name: value for name, value in asdict(self).items() if value}
        if self.key is not None:
            asked["key"] = key_hash(self.key.encode())
        return {name: _plain(value) for name, value in asked.items()}


class Redrive:
    """Tries dead letters of one consumer again."""

    def __init__(
        self, consumer: type[Consumer], *, source: Source, box: LetterBox, clock: Clock
    ) -> None:
        """Read from `source`; what dies anew goes through `box`."""
        self._consumer = consumer()
        self._source = source
        self._clock = clock
        self._decoder = Decoder(consumer.takes, source.topic_id)
        self._processor = processor(self._consumer, clock)
        self._dead_letters = DeadLetters(
            self._consumer, box=box, topic_id=source.topic_id, clock=clock
        )

    def run(self, choice: Choice, *, actor: str, is_dry_run: bool = False) -> RedriveRun:
        """Redrive the chosen letters and record it under `actor`; return the record.

        Raises what classes as an outage, with everything so far kept.
        """
        started_at = self._clock.now()
        fates: Counter[str] = Counter()
        for letter in choice.among(type(self._consumer)).iterator():
            fates[self._look(letter) if is_dry_run else self._redrive(letter, actor)] += 1
        return RedriveRun.objects.using(self._consumer.database).create(
            consumer=self._consumer.name,
            actor=actor,
            filters=choice.described(),
            is_dry_run=is_dry_run,
            fates=dict(fates),
            started_at=started_at,
            ended_at=self._clock.now(),
        )

    def _look(self, letter: DeadLetter) -> Fate:
        return Fate.GONE if self._read(letter) is None else Fate.WOULD_BE_TRIED

    def _redrive(self, letter: DeadLetter, actor: str) -> Fate:
        fate = self._try(letter)
        faultpoint("redrive.tried")
        self._letters().filter(pk=letter.pk).update(
            redrives=F("redrives") + 1, redriven_at=self._clock.now(), redriven_by=actor
        )
        if fate in {Fate.APPLIED, Fate.SEEN_BEFORE}:
            self._release(letter)
        return fate

    def _try(self, letter: DeadLetter) -> Fate:
        record = self._read(letter)
        if record is None:
            return Fate.GONE
        try:
            return self._apply(record)
        except Exception as error:  # Whatever the handler raised, the letter says it.
            if classify(error) is Failure.OUTAGE:
                raise
            self._letters().filter(pk=letter.pk).update(
                error_class=type(error).__name__[:128], reason=reason_of(error)[:255]
            )
            return Fate.STILL_FAILING

    def _apply(self, record: Record) -> Fate:
        message = self._decoder.decode(record)
        has_applied = message is not None and bool(self._processor.apply([message]))
        return Fate.APPLIED if has_applied else Fate.SEEN_BEFORE

    def _release(self, letter: DeadLetter) -> None:
        """Apply what waits behind the letter alone, in order; then call the letter resolved."""
        while True:
            with transaction.atomic(using=self._consumer.database):
                parked = self._first_free(letter)
                if parked is None:
                    self._letters().filter(pk=letter.pk).update(state=DeadLetter.State.RESOLVED)
                    return
            self._apply_parked(parked)
            faultpoint("redrive.released")
            parked.delete()

    def _first_free(self, letter: DeadLetter) -> ParkedRecord | None:
        """Return the first record parked behind no open letter of its key but this one.

        The key's letters are locked, so that the running consumer parks nothing meanwhile.
        """
        of_key = {"consumer": letter.consumer, "key_hash": letter.key_hash}
        letters = list(
            self._letters().select_for_update().filter(**of_key, state=DeadLetter.State.OPEN)
        )
        others = [each for each in letters if each.pk != letter.pk]
        waiting = ParkedRecord.objects.using(self._consumer.database).filter(**of_key)
        for row in waiting.order_by("id"):
            if not any(stands_behind(row, each) for each in others):
                return row
        return None

    def _apply_parked(self, row: ParkedRecord) -> None:
        """Apply a parked record; one that fails is a dead letter of its own from now on."""
        record = self._read(row)
        if record is None:
            self._dead_letters.list_gone(row)
            return
        try:
            self._apply(record)
        except Exception as error:  # Whatever the handler raised, the record is buried.
            if classify(error) is Failure.OUTAGE:
                raise
            self._dead_letters.bury(record, error)

    def _read(self, place: DeadLetter | ParkedRecord) -> Record | None:
        try:
            # A topic made anew has other records at the same offsets.
            if self._source.topic_id(place.topic) != place.topic_id:
                return None
        except MissingTopicError:
            return None
        return self._source.read(Partition(place.topic, place.partition), place.offset)

    def _letters(self) -> QuerySet[DeadLetter]:
        return DeadLetter.objects.using(self._consumer.database)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
