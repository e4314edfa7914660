"""Applies what was read about customers to the lean copy, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from messaging import bulk
from messaging.consumer import Message
from messaging.faultpoints import faultpoint
from televendas import metrics
from televendas.domain import folding
from televendas.domain.folding import PRESENT, Act, Folded, Place, Reading, Standing
from televendas.domain.identity import person_hash
from televendas.events import CustomerRead
from televendas.models import Erasure, Snapshot
from televendas.repository import Customers, Row
from televendas.services.forget import Going, forget_all

Messages = Sequence[Message[CustomerRead]]
_MS_PER_DAY: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1)


class Batch:
    """What a batch comes to: rows to write, people to forget, and what was read too late."""

    def __init__(
        self, known: Mapping[str, Standing], *, now: datetime, retention_days: int
    ) -> None:
        """Start with nothing; `known` is what stands of the people who need a closer look."""
        self.rows: list[Row] = []
        self.goings: dict[str, Going] = {}
        self.late: list[tuple[str, Standing]] = []
        self._known = known
        self._now = now
        self._stored_now = bulk.stored_time(now)
        self._today = (now.date() - _EPOCH).days
        self._retention_days = retention_days

    def take_writes(self, person: str, messages: Messages) -> None:
        """Take one person's writes, when there is nothing but writes."""
        written = 0
        if len(messages) > 1:
            written = folding.newest_write(each.event.version or "" for each in messages)
        last = messages[-1]
        self._write(person, messages[written], last.event.version or "", _place(last))

    def take_any(self, person: str, messages: Messages) -> None:
        """Take one person's records of any kind, judged against what stands."""
        folded = folding.fold(self._known.get(person), [_reading(each) for each in messages])
        self._forget(person, messages, folded)
        standing = folded.standing
        if folded.written is not None and standing is not None:
            place = standing.last_place
            self._write(person, messages[folded.written], standing.last_read, place)
        elif standing is not None and standing != (folded.gone or self._known.get(person)):
            self.late.append((person, standing))

    def _forget(self, person: str, messages: Messages, folded: Folded) -> None:
        if folded.gone is None or folded.gone_at is None:
            return
        requested_at = _recorded_at(messages[folded.gone_at], self._now)
        self.goings[person] = Going(folded.gone, Erasure.Cause.EVENT, requested_at)

    def _retain_until(self, message: Message[CustomerRead]) -> str:
        day = message.record.timestamp_ms // _MS_PER_DAY
        # A time that cannot be must keep nobody for longer.
        is_likely = 0 < day <= self._today
        return _day_after(day if is_likely else self._today, self._retention_days)

    def _write(
        self, person: str, message: Message[CustomerRead], last_read: str, last_place: str
    ) -> None:
        event = message.event
        self.rows.append(
            Row(
                person,
                PRESENT,
                event.origin,
                event.customer_id,
                event.name,
                event.phone,
                event.phone_problem,
                event.region,
                event.version or "",
                last_read,
                last_place,
                self._stored_now,
                self._stored_now,
                self._retain_until(message),
            )
        )


def apply_records(
    messages: Messages,
    *,
    key: bytes,
    retention_days: int,
    now: datetime,
    using: str,
    customers: Customers | None = None,
) -> None:
    """Apply the records in their order; `key` (32 bytes) makes the hashes of people.

    Writes alone need no look at what stands: the statement itself judges which row is newer.
    Whoever is deleted, erased or buried is looked up, judged by `folding` and forgotten. Runs
    inside the caller's transaction.
    """
    kept = customers or Customers(using)
    batch, known = _judged(messages, kept, key=key, retention_days=retention_days, now=now)
    forget_all(batch.goings, known, now=now, using=using, customers=kept)
    faultpoint("televendas.after_forget")
    kept.write(batch.rows)
    kept.note_read(batch.late)
    _note_snapshots(messages, now, using)
    faultpoint("televendas.after_write")
    _count(messages)


def replay_records(
    messages: Messages, *, key: bytes, retention_days: int, now: datetime, customers: Customers
) -> None:
    """Apply the records to a table that is built anew: to its rows, and to nothing else.

    What agents noted, the clocks of those who left and the snapshots were written when the records
    were read first. Runs inside the caller's transaction.
    """
    batch, _ = _judged(messages, customers, key=key, retention_days=retention_days, now=now)
    gone = [(person, batch.goings[person].standing) for person in sorted(batch.goings)]
    customers.clear(gone, bulk.stored_time(now))
    customers.write(batch.rows)
    customers.note_read(batch.late)


def _judged(
    messages: Messages, kept: Customers, *, key: bytes, retention_days: int, now: datetime
) -> tuple[Batch, Mapping[str, Standing]]:
    """Return what the records come to, and what stood of those who needed a closer look."""
    people = _by_person(messages, key)
    special = {person for person, some in people.items() if not all(map(_is_write, some))}
    known = kept.standings(sorted(special)) if special else {}
    batch = Batch(known, now=now, retention_days=retention_days)
    # In the order of the primary key, in which two processes cannot wait for each other.
    for person in sorted(people):
        if person in special:
            batch.take_any(person, people[person])
        else:
            batch.take_writes(person, people[person])
    return batch, known


def _by_person(messages: Messages, key: bytes) -> dict[str, list[Message[CustomerRead]]]:
    people: dict[str, list[Message[CustomerRead]]] = {}
    for message in messages:
        event = message.event
        # Nobody is named where a whole table was emptied.
        if event.customer_id:
            person = person_hash(key, event.origin, event.customer_id)
            people.setdefault(person, []).append(message)
    return people


def _is_write(message: Message[CustomerRead]) -> bool:
    return not message.event.is_deleted


def _reading(message: Message[CustomerRead]) -> Reading:
    event = message.event
    act = Act.ERASE if event.is_erased else Act.DELETE if event.is_deleted else Act.WRITE
    record = message.record
    return Reading(act, event.version, Place(record.partition, record.offset))


def _place(message: Message[CustomerRead]) -> str:
    return f"{message.record.partition}/{message.record.offset}"


@lru_cache(maxsize=4096)
def _day_after(day: int, days: int) -> str:
    """Return the day `days` after the `day`th since 1970 as text."""
    return (_EPOCH + timedelta(days=day + days)).isoformat()


def _recorded_at(message: Message[CustomerRead], now: datetime) -> datetime:
    """Return the record's own time, or `now` where that cannot be or has not come yet."""
    try:
        return min(message.recorded_at, now)
    except (OverflowError, ValueError, OSError):
        return now


def _note_snapshots(messages: Messages, now: datetime, using: str) -> None:
    ended = [each for each in messages if each.event.snapshot_ends and each.event.version]
    if ended:
        Snapshot.objects.using(using).bulk_create(
            (
                Snapshot(
                    source=each.event.origin,
                    version=each.event.version or "",
                    ended_at=_recorded_at(each, now),
                    ends={},
                )
                for each in ended
            ),
            # A redelivery: the snapshot is known.
            ignore_conflicts=True,
        )


def _count(messages: Iterable[Message[CustomerRead]]) -> None:
    acts: dict[tuple[str, str], int] = {}
    problems: dict[str, int] = {}
    for message in messages:
        event = message.event
        kind = event.origin, _act(event)
        acts[kind] = acts.get(kind, 0) + 1
        if event.phone_problem:
            problems[event.phone_problem] = problems.get(event.phone_problem, 0) + 1
    for kind, number in acts.items():
        metrics.READ.labels(*kind).inc(number)
    for reason, number in problems.items():
        metrics.PHONE_PROBLEMS.labels(reason).inc(number)


def _act(event: CustomerRead) -> str:
    if not event.is_deleted:
        return "write"
    if event.is_erased:
        return "erase"
    return "tombstone" if event.version is None else "delete"
