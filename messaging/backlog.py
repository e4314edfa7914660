"""The relay's side of the outbox table: what is unsent, what was sent, what is set aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connections
from django.db.models import Q
from django.utils import timezone

from messaging.dialects import Dialect, dialect
from messaging.lease import Lease
from messaging.models import OutboxMessage

Reason = OutboxMessage.Reason
# A key on a topic: what keeps its order.
Lane = tuple[str, str]


class Unsent(NamedTuple):
    """One outbox row that Kafka has not confirmed yet."""

    id: int
    topic: str
    key: str
    headers: str
    payload: bytes | None


class Report(NamedTuple):
    """The broker's confirmation of one row; a JSON array on its way into the database."""

    id: int
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits to be sent, how long the oldest has waited, how much is set aside."""

    rows: int
    oldest_seconds: float
    set_aside: int


_WAITING: Final = Q(sent_at__isnull=True, set_aside_at__isnull=True)
_SET_ASIDE: Final = Q(sent_at__isnull=True, set_aside_at__isnull=False)


class Backlog:
    """The outbox of one database, as the relay works it off."""

    def __init__(self, using: str = "default") -> None:
        """Work on the database called `using`."""
        self._using = using
        self._looking: Any = None
        self._looking_through: Any = None

    def unsent(self, limit: int) -> list[Unsent]:
        """Return the first unsent rows, in the order in which they were written.

        Never by "id above the last one": a row whose transaction commits late would be lost.
        """
        cursor = self._look_out()
        cursor.execute(self._unsent_sql, [limit])
        return [Unsent._make(row) for row in cursor.fetchall()]

    def mark_sent(self, reports: Sequence[Report]) -> None:
        """Write down what the broker confirmed, in one statement.

        It may be repeated: the first confirmation of a row stays. It asks for no lease, because a
        confirmation is a fact whoever brings it.
        """
        self._execute(self._words.mark_sent, [msgspec.json.encode(reports).decode()])

    def set_aside(self, rows: Iterable[Unsent], reason: str, lease: Lease) -> None:
        """Take rows out of the relay's way, visibly, as long as `lease` is still ours."""
        ids = [row.id for row in rows]
        places = ", ".join(["%s"] * len(ids))
        self._execute(
            f"UPDATE messaging_outbox SET set_aside_at = {self._words.now}, reason = %s"  # noqa: S608  # placeholders
            f" WHERE id IN ({places}) AND sent_at IS NULL AND EXISTS"
            " (SELECT 1 FROM messaging_lease WHERE name = %s AND generation = %s)",
            [reason, *ids, lease.name, lease.generation],
        )

    def parked(self) -> set[Lane]:
        """Return the keys that have a row set aside, whose later rows have to wait."""
        return set(self._rows(_SET_ASIDE).values_list("topic", "key").distinct())

    def topics_missing(self) -> set[str]:
        """Return the topics for want of which rows were set aside."""
        missing = self._rows(_SET_ASIDE & Q(reason=Reason.UNKNOWN_TOPIC))
        return set(missing.values_list("topic", flat=True).distinct())

    def release(self, lanes: Iterable[Lane]) -> int:
        """Let the relay try all that is set aside on these keys, in order; return how many rows."""
        return sum(
            self._rows(_SET_ASIDE & Q(topic=topic, key=key)).update(set_aside_at=None, reason="")
            for topic, key in lanes
        )

    def release_topic(self, topic: str) -> int:
        """Let the relay try the keys again that waited for `topic` to be made."""
        waiting = self._rows(_SET_ASIDE & Q(topic=topic, reason=Reason.UNKNOWN_TOPIC))
        return self.release(list(waiting.values_list("topic", "key").distinct()))

    def depth(self) -> Depth:
        """Count what waits; read from an index, so that it may be asked every few seconds."""
        waiting = self._rows(_WAITING)
        oldest = waiting.order_by("id").values_list("created_at", flat=True).first()
        age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
        return Depth(waiting.count(), max(age, 0.0), self._rows(_SET_ASIDE).count())

    def _rows(self, which: Q) -> Any:
        return OutboxMessage.objects.using(self._using).filter(which)

    @property
    def _words(self) -> Dialect:
        return dialect(connections[self._using].vendor)

    @cached_property
    def _unsent_sql(self) -> str:
        columns = self._words.quoted("id", "topic", "key", "headers", "payload")
        return (
            f"SELECT {columns} FROM messaging_outbox"  # noqa: S608  # constants
            " WHERE sent_at IS NULL AND set_aside_at IS NULL ORDER BY id LIMIT %s"
        )

    def _look_out(self) -> Any:
        # Fifty times a second on an idle machine: making a cursor would cost more than the look.
        connection = connections[self._using]
        if self._looking is None or self._looking_through is not connection.connection:
            self._looking = connection.cursor()
            self._looking_through = connection.connection
        return self._looking

    def _execute(self, sql: str, params: list[Any]) -> None:
        with connections[self._using].cursor() as cursor:
            cursor.execute(sql, params)
