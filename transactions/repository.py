"""Where decisions are kept: a small interface, on a database or in memory.

It stands because deciding is a hot path: a whole batch becomes one statement.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from django.db import IntegrityError, connections

from messaging import bulk
from messaging.errors import TransientError
from transactions import dialects
from transactions.domain.decisions import Decided

_TABLE: Final = "transactions_decision"
_COLUMNS: Final = Decided._fields


class DecisionTakenError(TransientError):
    """Somebody else decided one of these transactions at this moment; try the whole again."""


class DecisionRepository(Protocol):
    """What deciding asks of storage; the first decision on an id stands for ever."""

    def insert_decisions(self, batch: Sequence[Decided]) -> Mapping[str, Decided]:
        """Store the decisions whose ids are new; return those that stood before, by id.

        `batch` holds each id once. Raises DecisionTakenError when another process stores one of
        them at the same moment.
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

    def insert_decisions(self, batch: Sequence[Decided]) -> Mapping[str, Decided]:
        """Store the new ones; see DecisionRepository."""
        known = {d.id: self._decisions[d.id] for d in batch if d.id in self._decisions}
        self._decisions.update((d.id, d) for d in batch if d.id not in known)
        return known

    def get(self, transaction_id: str) -> Decided | None:
        """Return the decision on the transaction, or None."""
        return self._decisions.get(transaction_id)


class DatabaseDecisions:
    """Decisions in the table of `transactions.models.Decision`, by statements of many rows."""

    def __init__(self, using: str = "default") -> None:
        """Work on the database `using`, inside the caller's transaction."""
        self._using = using

    def insert_decisions(self, batch: Sequence[Decided]) -> Mapping[str, Decided]:
        """Store the new ones; see DecisionRepository.

        Inserts first and looks only when that fails: both families of databases undo a failed
        statement by itself, so that the transaction around it goes on. (Looking first would cost
        every batch a query, and two processors would still have to be told apart.)
        """
        try:
            self._insert(batch)
        except IntegrityError:
            known = self._find([decided.id for decided in batch])
            if not known:
                # not a repeated id: the database refuses a row for another reason
                raise
            self._insert_rest([decided for decided in batch if decided.id not in known])
            return known
        return {}

    def get(self, transaction_id: str) -> Decided | None:
        """Return the decision on the transaction, or None."""
        return self._find([transaction_id]).get(transaction_id)

    def _insert_rest(self, batch: Sequence[Decided]) -> None:
        try:
            self._insert(batch)
        except IntegrityError as error:
            raise DecisionTakenError("a decision was taken meanwhile") from error

    def _insert(self, batch: Sequence[Decided]) -> None:
        rows = [_row(decided) for decided in batch]
        bulk.insert_rows(connections[self._using], _TABLE, _COLUMNS, rows)

    def _find(self, ids: Sequence[str]) -> dict[str, Decided]:
        marks = ", ".join(["%s"] * len(ids))
        sql = f"SELECT {', '.join(_COLUMNS)} FROM {_TABLE} WHERE id IN ({marks})"  # noqa: S608  # constants
        connection = connections[self._using]
        with connection.cursor() as cursor:
            cursor.execute(sql, ids)
            return {row[0]: _decided(row) for row in cursor.fetchall()}


def _row(decided: Decided) -> bulk.Row:
    *texts, amount, currency, brand, last4, token, created_at, processed_at = decided
    moments = dialects.stored(created_at), dialects.stored(processed_at)
    return (*texts, str(amount), currency, brand, last4, token, *moments)


def _decided(row: Sequence[Any]) -> Decided:
    return Decided._make([*row[:-2], _read(row[-2]), _read(row[-1])])


def _read(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC)
