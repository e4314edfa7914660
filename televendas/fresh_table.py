"""A second table of lean rows beside the living one, and the moment in which it takes its place.

Every branch between the two families of databases that this needs is here.
"""

from typing import Any, Final

from django.db import connections, transaction

from televendas import dialects
from televendas.repository import TABLE

FRESH: Final = f"{TABLE}_fresh"
_OLD: Final = f"{TABLE}_old"
_CARRIED: Final = (
    *("person", "state", "version", "last_read", "last_place", "changed_at"),
    *("source", "customer_id", "name", "phone_problem", "region"),
)
_TIMES: Final = ("first_seen_at", "changed_at", "retain_until", "last_read", "last_place")
_SAME: Final = ("state", "version", "source", "customer_id", "name", "phone", "region")


class FreshTable:
    """The table `FRESH` of one database."""

    def __init__(self, using: str) -> None:
        """Work on the database `using`; nothing is done yet."""
        self._using = using
        self._is_mysql = connections[using].vendor == "mysql"

    def make(self) -> None:
        """Make it anew, empty; what a killed rebuild left is cleared away first."""
        self.clear_away()
        if self._is_mysql:
            self._do(f"CREATE TABLE {FRESH} LIKE {TABLE}")
        else:
            [(text,)] = self._ask(
                "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", TABLE
            )
            self._do(text.replace(TABLE, FRESH, 1))

    def clear_away(self) -> None:
        """Drop it, and a living table's predecessor, of which the memory is taken first."""
        if self._exists(_OLD):
            self._merge_gone(_OLD, TABLE)
            self._do(f"DROP TABLE {_OLD}")
        self._do(f"DROP TABLE IF EXISTS {FRESH}")

    def carry_gone(self) -> None:
        """Take over who is gone, deleted or erased: it is what keeps them from coming back."""
        self._merge_gone(TABLE, FRESH)

    def carry_times(self) -> None:
        """Take over since when, and until when, those are kept whose row is the same in both."""
        if self._is_mysql:
            same = " AND ".join(f"BINARY {FRESH}.{c} <=> BINARY living.{c}" for c in _SAME)
            taken = ", ".join(f"{FRESH}.{each} = living.{each}" for each in _TIMES)
            self._do(
                f"UPDATE {FRESH} JOIN {TABLE} AS living ON living.person = {FRESH}.person"  # noqa: S608  # constants
                f" SET {taken} WHERE {same}"
            )
            return
        same = " AND ".join(f"{FRESH}.{each} IS living.{each}" for each in _SAME)
        taken = ", ".join(f"{each} = living.{each}" for each in _TIMES)
        self._do(
            f"UPDATE {FRESH} SET {taken} FROM {TABLE} AS living"  # noqa: S608  # constants
            f" WHERE living.person = {FRESH}.person AND {same}"
        )

    def count(self) -> dict[str, int]:
        """Return how many present people stand in which table: `both`, `living`, `fresh`."""
        present = "state = 'present'"
        sides = {"living": TABLE, "fresh": FRESH}
        found = {
            side: self._ask(f"SELECT COUNT(*) FROM {table} WHERE {present}")[0][0]  # noqa: S608  # constants
            for side, table in sides.items()
        }
        [(both,)] = self._ask(
            f"SELECT COUNT(*) FROM {TABLE} AS a JOIN {FRESH} AS b ON a.person = b.person"  # noqa: S608  # constants
            f" WHERE a.{present} AND b.{present}"
        )
        return {"both": both, "living": found["living"] - both, "fresh": found["fresh"] - both}

    def count_unknown(self) -> int:
        """Return how many are present in the living table and not at all in this one."""
        [(count,)] = self._ask(
            f"SELECT COUNT(*) FROM {TABLE} AS a LEFT JOIN {FRESH} AS b ON a.person = b.person"  # noqa: S608  # constants
            " WHERE a.state = 'present' AND b.person IS NULL"
        )
        return int(count)

    def leaving(self, *, is_known: bool, limit: int) -> list[tuple[str, str]]:
        """Return some who are present in the living table alone, with the state in the fresh one.

        With `is_known` those whom the topic says to be gone, else those whom it says nothing of.
        """
        condition = "b.state <> 'present'" if is_known else "b.person IS NULL"
        found: list[tuple[str, str]] = self._ask(
            f"SELECT a.person, COALESCE(b.state, 'deleted') FROM {TABLE} AS a"  # noqa: S608  # constants
            f" LEFT JOIN {FRESH} AS b ON a.person = b.person"
            f" WHERE a.state = 'present' AND {condition} ORDER BY a.person LIMIT {limit:d}"
        )
        return found

    def swap(self) -> None:
        """Put it in the place of the living table, at once for whoever reads.

        Whoever was erased meanwhile stays so: what is gone is taken over once more.
        """
        if self._is_mysql:
            self._do(f"RENAME TABLE {TABLE} TO {_OLD}, {FRESH} TO {TABLE}")
            # From here on nobody writes to the old one.
            self.clear_away()
            return
        with transaction.atomic(using=self._using):
            indexes = self._ask(
                "SELECT sql FROM sqlite_master"
                " WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
                TABLE,
            )
            self.carry_gone()
            self._do(f"DROP TABLE {TABLE}")
            self._do(f"ALTER TABLE {FRESH} RENAME TO {TABLE}")
            for (text,) in indexes:
                self._do(text)

    def _merge_gone(self, source: str, target: str) -> None:
        vendor = connections[self._using].vendor
        for state in ("deleted", "erased"):
            clause = dialects.clear_if_newer(vendor, target, is_erased=state == "erased")
            # By other names, for a bare column in the clause means the target's.
            named = ", ".join(f"{name} AS gone_{name}" for name in _CARRIED)
            self._do(
                f"INSERT INTO {target} ({', '.join(_CARRIED)})"  # noqa: S608  # constants
                f" SELECT * FROM (SELECT {named} FROM {source} WHERE state = '{state}') AS gone"
                f" WHERE 1 = 1{clause}"
            )

    def _exists(self, table: str) -> bool:
        return table in connections[self._using].introspection.table_names()

    def _do(self, statement: str) -> None:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement)

    def _ask(self, statement: str, *values: str) -> Any:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()
