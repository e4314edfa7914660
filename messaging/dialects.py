"""Every branch between MySQL/MariaDB and SQLite in the SQL that the library writes by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one family of databases says in its own words.

    `now` and `later` are the database's own clock, in UTC, as expressions that compare with what
    Django stores; `later` takes one parameter, the seconds to add. `mark_sent` takes the delivery
    reports as one JSON text `[[id, partition, offset], ...]`: a parameter or a CASE branch for each
    would cost more than the update.
    """

    quote: str
    now: str
    later: str
    mark_sent: str

    def quoted(self, *names: str) -> str:
        """Return `names` quoted and joined by commas; `key`, `offset`, `partition` need it."""
        return ", ".join(f"{self.quote}{name}{self.quote}" for name in names)


_MYSQL: Final = Dialect(
    quote="`",
    now="UTC_TIMESTAMP(6)",
    later="UTC_TIMESTAMP(6) + INTERVAL %s SECOND",
    mark_sent=(
        "UPDATE JSON_TABLE(%s, '$[*]' COLUMNS (id BIGINT PATH '$[0]',"
        " part INT PATH '$[1]', place BIGINT PATH '$[2]')) AS report"
        " STRAIGHT_JOIN messaging_outbox AS o ON o.id = report.id"
        " SET o.sent_at = UTC_TIMESTAMP(6), o.`partition` = report.part, o.`offset` = report.place"
        " WHERE o.sent_at IS NULL"
    ),
)
_SQLITE: Final = Dialect(
    quote='"',
    now="strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
    later="strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s || ' seconds')",
    mark_sent=(
        "UPDATE messaging_outbox SET sent_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'),"
        ' "partition" = report.part, "offset" = report.place FROM'
        " (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS part,"
        " json_extract(value, '$[2]') AS place FROM json_each(%s)) AS report"
        # The plus keeps SQLite from walking all unsent rows for each report instead of the key.
        " WHERE messaging_outbox.id = report.id AND +sent_at IS NULL"
    ),
)
_DIALECTS: Final[Mapping[str, Dialect]] = {"mysql": _MYSQL, "sqlite": _SQLITE}


def dialect(vendor: str) -> Dialect:
    """Return the dialect of Django's `connection.vendor`; raises KeyError for another database."""
    return _DIALECTS[vendor]


def multi_row_insert(vendor: str, table: str, columns: Iterable[str], rows: int) -> str:
    """Return the INSERT of `rows` rows into `table`, with a placeholder for each value."""
    names = list(columns)
    values = f"({', '.join(['%s'] * len(names))})"
    heads = dialect(vendor).quoted(*names)
    return f"INSERT INTO {table} ({heads}) VALUES {', '.join([values] * rows)}"  # noqa: S608  # constants


def estimated_rows(connection: BaseDatabaseWrapper, table: str) -> int:
    """Return about how many rows `table` holds, without reading it where that would be dear."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(
                "SELECT table_rows FROM information_schema.tables"
                " WHERE table_schema = DATABASE() AND table_name = %s",
                [table],
            )
        else:
            cursor.execute(f"SELECT COUNT(*) FROM {dialect(connection.vendor).quoted(table)}")  # noqa: S608  # a model's own table
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0
