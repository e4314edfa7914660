"""Where the lean rows are kept: whole batches in statements that never put old over new."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import bulk, dialects, pipeline
from televendas import dialects as own_dialects
from televendas.domain.folding import DELETED, ERASED, Standing

TABLE: Final = "televendas_customer"
_ROWS_PER_STATEMENT: Final = 1000
_PEOPLE_PER_QUERY: Final = 500


class Row(NamedTuple):
    """One person who is there, as text; times as `messaging.bulk.stored_time` gives them."""

    person: str
    state: str
    source: str
    customer_id: str
    name: str
    phone: str | None
    phone_problem: str
    region: str
    version: str
    last_read: str
    last_place: str
    first_seen_at: str
    changed_at: str
    retain_until: str


_COLUMNS: Final = Row._fields
_PHONE: Final = _COLUMNS.index("phone")
_WITHOUT_PHONE: Final = (*_COLUMNS[:_PHONE], *_COLUMNS[_PHONE + 1 :])
_GONE_COLUMNS: Final = (
    *("person", "state", "version", "last_read", "last_place", "changed_at"),
    *("source", "customer_id", "name", "phone_problem", "region"),
)
_EMPTY: Final = ("",) * 5


class Customers:
    """The table of lean rows on one database, inside the caller's transaction.

    `table` is another one while the copy is rebuilt beside the living one.
    """

    def __init__(self, using: str = "televendas", table: str = TABLE) -> None:
        """Work on `table` of the database `using`."""
        self._using = using
        self._table = table

    def write(self, rows: Sequence[Row]) -> None:
        """Write people who are there; a row that is newer, deleted as new, or erased stays."""
        connection = connections[self._using]
        with_phone = [row for row in rows if row.phone is not None]
        without = [(*row[:_PHONE], *row[_PHONE + 1 :]) for row in rows if row.phone is None]
        for columns, some in ((_COLUMNS, with_phone), (_WITHOUT_PHONE, without)):
            clause = own_dialects.write_if_newer(
                connection.vendor, self._table, has_phone=columns is _COLUMNS
            )
            self._insert(connection, columns, some, clause)

    def clear(self, standings: Iterable[tuple[str, Standing]], changed_at: str) -> None:
        """Write people who are gone: of a row, hash, state and version remain.

        A row that is newer or erased stays; an erasure takes every row.
        """
        connection = connections[self._using]
        by_state: dict[str, list[bulk.Row]] = {DELETED: [], ERASED: []}
        for person, standing in standings:
            by_state[standing.state].append((person, *standing, changed_at, *_EMPTY))
        for state, rows in by_state.items():
            clause = own_dialects.clear_if_newer(
                connection.vendor, self._table, is_erased=state == ERASED
            )
            self._insert(connection, _GONE_COLUMNS, rows, clause)

    def standings(self, people: Sequence[str]) -> dict[str, Standing]:
        """Return what is remembered of `people`, and hold their rows until the transaction ends."""
        connection = connections[self._using]
        found: dict[str, Standing] = {}
        lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            for start in range(0, len(people), _PEOPLE_PER_QUERY):
                some = people[start : start + _PEOPLE_PER_QUERY]
                cursor.execute(
                    "SELECT person, state, version, last_read, last_place"  # noqa: S608  # constants
                    f" FROM {self._table} WHERE person IN ({', '.join(['%s'] * len(some))}) {lock}",
                    list(some),
                )
                found.update((row[0], Standing(*row[1:])) for row in cursor.fetchall())
        return found

    def note_read(self, standings: Iterable[tuple[str, Standing]]) -> None:
        """Write down what was read of people whose rows it came too late to change."""
        parameters = [
            (standing.last_read, standing.last_place, person) for person, standing in standings
        ]
        if parameters:
            with connections[self._using].cursor() as cursor:
                cursor.executemany(
                    f"UPDATE {self._table} SET last_read = %s, last_place = %s WHERE person = %s",  # noqa: S608  # a constant
                    parameters,
                )

    def _insert(
        self,
        connection: BaseDatabaseWrapper,
        columns: Sequence[str],
        rows: Sequence[Any],
        clause: str,
    ) -> None:
        for start in range(0, len(rows), _ROWS_PER_STATEMENT):
            chunk = rows[start : start + _ROWS_PER_STATEMENT]
            is_mysql = connection.vendor == "mysql"
            text = bulk.insert_text(connection, self._table, columns, chunk) if is_mysql else None
            if text is not None:
                pipeline.send(connection, text + clause)
                continue
            sql = dialects.multi_row_insert(connection.vendor, self._table, columns, len(chunk))
            with connection.cursor() as cursor:
                cursor.execute(sql + clause, [value for row in chunk for value in row])
