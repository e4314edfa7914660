"""Where decisions are kept: a small interface, on a database or in memory.

It stands because deciding is a hot path: a whole batch becomes one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol

from django.db import IntegrityError, connections

from messaging import bulk, pipeline
from messaging.errors import TransientError
from transactions.domain.decisions import Decided

_TABLE: Final = "transactions_decision"
_COLUMNS: Final = Decided._fields
_AMOUNT: Final = _COLUMNS.index("amount_cents")
_CREATED_AT: Final = _COLUMNS.index("created_at")

# Asked once, it returns the decisions that stood before, by id.
Standing = Callable[[], Mapping[str, Decided]]


class DecisionTakenError(TransientError):
    """Somebody else decided one of these transactions at this moment; try the whole again."""


class DecisionRepository(Protocol):
    """What deciding asks of storage; the first decision on an id stands for ever."""

    def begin_insert(self, batch: Sequence[Decided]) -> Standing:
        """Begin to store the decisions whose ids are new; what is returned has to be asked.

        It waits for the end and returns those that stood before, by id. `batch` holds each id
        once. It raises DecisionTakenError when another process stores one of them at the same
        moment.
        """
        ...

    def get(self, transaction_id: str) -> Decided | None:
        """Return the decision on the transaction, or None."""
        ...


class InMemoryDecisions:
    """Decisions in a dictionary, for tests and benchmarks without a database."""

    def __init__(self) -> None:
        """Start with none."""
        self._decisions: dict[str, Decided] = {}

    def begin_insert(self, batch: Sequence[Decided]) -> Standing:
        """Store the new ones; see DecisionRepository."""
        known = {d.id: self._decisions[d.id] for d in batch if d.id in self._decisions}
        self._decisions.update((d.id, d) for d in batch if d.id not in known)
        return lambda: known

    def get(self, transaction_id: str) -> Decided | None:
        """Return the decision on the transaction, or None."""
        return self._decisions.get(transaction_id)


class DatabaseDecisions:
    """Decisions in the table of `transactions.models.Decision`, by statements of many rows."""

    def __init__(self, using: str = "default") -> None:
        """Work on the database `using`, inside the caller's transaction."""
        self._using = using

    def begin_insert(self, batch: Sequence[Decided]) -> Standing:
        """Send the new ones on their way; see DecisionRepository.

        Inserts first and looks only when that fails: both families of databases undo a failed
        statement by itself, so that the transaction around it goes on. (Looking first would cost
        every batch a query, and two processors would still have to be told apart.)
        """
        insert = self._inserting(batch)
        # What is still under way may fail by its own unique key, which is not ours to judge.
        pipeline.settle(self._using)
        try:
            insert()
        except IntegrityError as error:
            return partial(self._sort_out, batch, error)
        return partial(self._standing, batch)

    def get(self, transaction_id: str) -> Decided | None:
        """Return the decision on the transaction, or None."""
        return self._find([transaction_id]).get(transaction_id)

    def _standing(self, batch: Sequence[Decided]) -> Mapping[str, Decided]:
        try:
            pipeline.settle(self._using)
        except IntegrityError as error:
            return self._sort_out(batch, error)
        return {}

    def _sort_out(self, batch: Sequence[Decided], refusal: IntegrityError) -> Mapping[str, Decided]:
        known = self._find([decided.id for decided in batch])
        if not known:
            # not a repeated id: the database refuses a row for another reason
            raise refusal
        self._insert_rest([decided for decided in batch if decided.id not in known])
        return known

    def _insert_rest(self, batch: Sequence[Decided]) -> None:
        try:
            self._inserting(batch)()
            pipeline.settle(self._using)
        except IntegrityError as error:
            raise DecisionTakenError("a decision was taken meanwhile") from error

    def _inserting(self, batch: Sequence[Decided]) -> Callable[[], None]:
        times = {at: bulk.stored_time(at) for at in {decided.processed_at for decided in batch}}
        rows = [_row(decided, times[decided.processed_at]) for decided in batch]
        return bulk.inserting(connections[self._using], _TABLE, _COLUMNS, rows)

    def _find(self, ids: Sequence[str]) -> dict[str, Decided]:
        marks = ", ".join(["%s"] * len(ids))
        sql = f"SELECT {', '.join(_COLUMNS)} FROM {_TABLE} WHERE id IN ({marks})"  # noqa: S608  # constants
        connection = connections[self._using]
        with connection.cursor() as cursor:
            cursor.execute(sql, ids)
            return {row[0]: _decided(row) for row in cursor.fetchall()}


def _row(decided: Decided, processed_at: str) -> bulk.Row:
    # By place, because naming thirteen fields takes longer than all the rest.
    row: list[Any] = list(decided)
    row[_AMOUNT] = str(decided.amount_cents)
    row[_CREATED_AT:] = bulk.stored_time(decided.created_at), processed_at
    return row


def _decided(row: Sequence[Any]) -> Decided:
    return Decided._make([*row[:-2], _read(row[-2]), _read(row[-1])])


def _read(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC)
