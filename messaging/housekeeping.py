"""Trims what is old, in small batches, so that no table grows without end and nobody waits for it.

An app adds its own tables in `<app>/housekeeping.py`, which is found by its name:

    register(Trimmer(model=IdempotencyKey, column="created_at", age=timedelta(days=2)))

What is no deletion by age is a `Chore`, done in the same rounds.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import Error, connections, models, router
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from messaging import cluster, metrics, registry
from messaging.dialects import estimated_rows
from messaging.models import DeadLetter, InboxEntry, OutboxMessage
from messaging.topics import SEGMENT_SPAN, Topic

BATCH_ROWS: Final = 1000
PAUSE_SECONDS: Final = 0.05
SENT_OUTBOX_AGE: Final = timedelta(days=7)
# As long as their topic keeps the letters themselves; those that wait for a person stay.
RESOLVED_LETTER_AGE: Final = timedelta(days=30)
# Beyond the topics' retention and segments: clocks that differ, a cleaner that comes late.
_MARGIN: Final = timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmer:
    """Deletes the rows of `model` whose `column`, an indexed time, lies further back than `age`.

    `only` narrows it down to some of them. A row without a time stays. `before_deletion`, where
    given, gets each batch as a queryset, for what has to go with the rows, such as files.
    """

    model: type[models.Model]
    column: str
    age: timedelta
    only: Q = field(default_factory=Q)
    using: str = "default"
    before_deletion: Callable[[models.QuerySet[Any]], None] | None = None

    @property
    def table(self) -> str:
        """Return the table's name."""
        return self.model._meta.db_table  # noqa: SLF001  # Django's documented door

    @property
    def told(self) -> str:
        """Return what is kept, in a few words."""
        return f"{self.age.days} days"

    def trim(self, now: datetime, limit: int = BATCH_ROWS) -> int:
        """Delete the oldest rows that are due, about `limit` of them; return how many went."""
        due = self._due(Q(**{f"{self.column}__lt": now - self.age}))
        # By the time of the last one in the batch: rows of one instant go together.
        times = due.order_by(self.column).values_list(self.column, flat=True)
        newest = times[limit - 1 : limit].first()
        if newest is not None:
            due = self._due(Q(**{f"{self.column}__lte": newest}))
        if self.before_deletion is not None:
            self.before_deletion(due)
        deleted: int = due.delete()[0]
        return deleted

    def _due(self, when: Q) -> models.QuerySet[Any]:
        manager = self.model._default_manager  # noqa: SLF001  # Django's documented door
        return manager.using(self.using).filter(when & self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work of another kind on `table`, told in a few words: `work(now)` returns the rows it took.

    It is called again until it returns 0, and may raise a database error, which ends its round.
    """

    table: str
    using: str
    told: str
    work: Callable[[datetime], int]

    def trim(self, now: datetime) -> int:
        """Do some of it; return how many rows that took."""
        return self.work(now)


_trimmers: list[Trimmer] = []
_chores: list[Chore] = []


def register(trimmer: Trimmer) -> None:
    """Have a table trimmed; call it from `<app>/housekeeping.py`."""
    _trimmers.append(trimmer)


def register_chore(chore: Chore) -> None:
    """Have a chore done in every round; call it from `<app>/housekeeping.py`."""
    _chores.append(chore)


def chores() -> list[Chore]:
    """Return every chore of the installed apps."""
    autodiscover_modules("housekeeping")
    return list(_chores)


def trimmers() -> list[Trimmer]:
    """Return every trimmer: the library's own and those of the installed apps."""
    autodiscover_modules("housekeeping")
    return [*_own(), *_trimmers]


def inbox_age(topics: list[Topic]) -> timedelta:
    """Return how long an inbox row has to stay, so that it outlives every record it knows.

    A record can be read again, from its topic or through a dead letter, for as long as its topic
    keeps it: the retention, and the segment that the record shares with later ones. Topics that
    keep records for ever are left out: their consumers' effects stand on unique keys of their own.
    """
    finite = [topic.retention for topic in topics if topic.retention is not None]
    return max(finite, default=timedelta(0)) + SEGMENT_SPAN + _MARGIN


def _own() -> list[Trimmer]:
    age = inbox_age(cluster.declared())
    homes = {"default", *(each.database for each in registry.consumers().values())}
    own = [
        trimmer
        for using in sorted(homes)
        for trimmer in (
            Trimmer(model=InboxEntry, column="processed_at", age=age, using=using),
            Trimmer(model=OutboxMessage, column="sent_at", age=SENT_OUTBOX_AGE, using=using),
            Trimmer(
                model=DeadLetter,
                column="died_at",
                age=RESOLVED_LETTER_AGE,
                only=Q(state=DeadLetter.State.RESOLVED),
                using=using,
            ),
        )
    ]
    # A consumer's own database need not have an outbox.
    return [each for each in own if router.allow_migrate_model(each.using, each.model)]


def keep_house(stop: threading.Event, now: Callable[[], datetime] = timezone.now) -> int:
    """Trim every table until nothing is due, resting between batches; return the rows deleted.

    The chores come last. What fails is logged and left for the next round; the others go on.
    Nothing more is begun once `stop` is set.
    """
    everything: list[Trimmer | Chore] = [*trimmers(), *chores()]
    return sum(_trim_all(each, stop, now()) for each in everything if not stop.is_set())


def _trim_all(trimmer: Trimmer | Chore, stop: threading.Event, now: datetime) -> int:
    total = 0
    try:
        while not stop.is_set() and (deleted := trimmer.trim(now)):
            total += deleted
            metrics.TRIMMED.labels(trimmer.using, trimmer.table).inc(deleted)
            stop.wait(PAUSE_SECONDS)
        _measure(trimmer)
    except Error as error:
        connections[trimmer.using].close_if_unusable_or_obsolete()
        place = {"database": trimmer.using, "table": trimmer.table}
        _log.warning("not trimmed", extra={**place, "cause": type(error).__name__})
    if total:
        place = {"database": trimmer.using, "table": trimmer.table}
        _log.info("trimmed", extra={**place, "rows": total})
    return total


def _measure(trimmer: Trimmer | Chore) -> None:
    rows = estimated_rows(connections[trimmer.using], trimmer.table)
    metrics.TABLE_ROWS.labels(trimmer.using, trimmer.table).set(rows)
