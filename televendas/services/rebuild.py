"""Builds the lean copy anew from the topic's first record, beside the living one, and swaps them.

The memory of who is gone is carried over, for the topic may have forgotten it: what it still holds
of them must not bring them back. Claims, outcomes, audit and opt-outs are no part of it and stay.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.conf import settings
from django.db import transaction

from messaging.consumer import Message
from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters import sources
from televendas.events import CustomerRead
from televendas.fresh_table import FRESH, FreshTable
from televendas.models import Erasure
from televendas.repository import Customers
from televendas.services.apply import replay_records
from televendas.services.forget import forget
from televendas.services.units import DATABASE

_PEOPLE_AT_ONCE: Final = 500


class RebuildRefusedError(Exception):
    """The copy was left as it is; the text says why."""


class Reader(Protocol):
    """The group whose copy it is, as far as a rebuild has to know of it."""

    def members(self) -> int:
        """Return how many processes are in the group now."""
        ...

    def committed(self) -> dict[int, int]:
        """Return by partition the offset that the group reads next."""
        ...


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild came to.

    `records` were read, `poison` of them not understood. `same` people stand in both copies, `new`
    in the new one alone, `left` are gone by the topic's word, `unknown` are not on it at all.
    """

    records: int = 0
    poison: int = 0
    same: int = 0
    new: int = 0
    left: int = 0
    unknown: int = 0
    is_swapped: bool = False


def rebuild(
    batches: Iterator[Sequence[Record]],
    reader: Reader,
    *,
    now: datetime,
    lets_go: bool = False,
    is_dry_run: bool = False,
    tell: Callable[[int], None] = lambda _records: None,
) -> Rebuilt:
    """Replay `batches`, each partition's records in their order, and swap the result in.

    `tell` hears of each batch how many records it had. Raises RebuildRefusedError while a reader
    runs, or when one has worked meanwhile; and where people would vanish of whom the topic says
    nothing, unless `lets_go`. On any error the living copy is what it was.
    """
    before = _require_rest(reader)
    table, done = FreshTable(DATABASE), Rebuilt()
    table.make()
    try:
        table.carry_gone()
        _replay_all(batches, done, now, tell)
        table.carry_times()
        _compare(table, done, lets_go=lets_go or is_dry_run)
        if not is_dry_run:
            _require_no_change(reader, before)
            _forget_leaving(table, now)
            table.swap()
            done.is_swapped = True
    finally:
        table.clear_away()
    return done


def _replay_all(
    batches: Iterator[Sequence[Record]], done: Rebuilt, now: datetime, tell: Callable[[int], None]
) -> None:
    for records in batches:
        _replay(records, done, now)
        tell(len(records))


def _require_no_change(reader: Reader, before: Mapping[int, int]) -> None:
    if _require_rest(reader) != before:
        raise RebuildRefusedError("a reader has worked meanwhile; do it again")


def _require_rest(reader: Reader) -> Mapping[int, int]:
    if members := reader.members():
        raise RebuildRefusedError(
            f"{members} readers are running: stop run_consumer televendas, wait some seconds"
        )
    return reader.committed()


def _replay(records: Sequence[Record], done: Rebuilt, now: datetime) -> None:
    messages = []
    for record in records:
        done.records += 1
        if record.header("ce_type") not in (None, CustomerRead.TYPE):
            continue
        try:
            event = sources.read(record)
        except PoisonError:
            done.poison += 1
            continue
        messages.append(Message(event, "", CustomerRead.TYPE, None, record))
    with transaction.atomic(using=DATABASE):
        replay_records(
            messages,
            key=settings.TELEVENDAS_KEY,
            retention_days=settings.TELEVENDAS_RETENTION_DAYS,
            now=now,
            customers=Customers(DATABASE, FRESH),
        )


def _compare(table: FreshTable, done: Rebuilt, *, lets_go: bool) -> None:
    counted = table.count()
    done.same, done.new = counted["both"], counted["fresh"]
    done.unknown = table.count_unknown()
    done.left = counted["living"] - done.unknown
    if done.unknown and not lets_go:
        raise RebuildRefusedError(
            f"the topic says nothing of {done.unknown} people; --let-go forgets them"
        )


def _forget_leaving(table: FreshTable, now: datetime) -> None:
    """Forget, with their calls and a clock, who stands in the living copy alone.

    A reader that was killed before it told the broker may have read less than the topic holds: who
    left in those records is forgotten here, because the reader will find nobody to forget.
    """
    for is_known, cause in ((True, Erasure.Cause.EVENT), (False, Erasure.Cause.SWEEP)):
        while leaving := table.leaving(is_known=is_known, limit=_PEOPLE_AT_ONCE):
            for state in {state for _, state in leaving}:
                with transaction.atomic(using=DATABASE):
                    forget(
                        [person for person, each in leaving if each == state],
                        cause=cause,
                        requested_at=now,
                        now=now,
                        state=state,
                    )
    table.carry_gone()
