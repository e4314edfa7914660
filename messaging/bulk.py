"""Inserts many rows of text in one statement, at nearly no cost a value.

A driver quotes value by value, which takes longer than all the rest of a short row. On MySQL and
MariaDB a whole chunk is joined, escaped once by the driver's own function for this connection, and
taken apart again at the separators; whatever holds a separator goes the usual way.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import dialects

Row = Sequence[str]

# Control characters that escaping leaves alone.
_BETWEEN_FIELDS: Final = "\x1f"
_BETWEEN_ROWS: Final = "\x1e"
# Databases limit the parameters of a statement, and the bytes of a packet.
_VALUES_PER_STATEMENT: Final = 26_000


def stored_time(moment: datetime) -> str:
    """Return the aware `moment` as Django stores it in both families: UTC, without saying so."""
    return moment.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def insert_rows(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert `rows` into `table`, in their order, in as few statements as the limits allow.

    Every value is text; the database makes numbers and times of it. A row of more than a few
    kilobytes does not belong here.
    """
    step = max(1, _VALUES_PER_STATEMENT // len(columns))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            chunk = rows[start : start + step]
            packed = _packed(connection, chunk) if connection.vendor == "mysql" else None
            if packed is None:
                sql = dialects.multi_row_insert(connection.vendor, table, columns, len(chunk))
                cursor.execute(sql, [value for row in chunk for value in row])
            else:
                heads = dialects.dialect(connection.vendor).quoted(*columns)
                cursor.execute(f"INSERT INTO {table} ({heads}) VALUES {packed}")  # noqa: S608  # escaped by the driver


def insert_text(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> str | None:
    """Return the whole INSERT of `rows` as text, values escaped; None where `insert_rows` must do.

    For a committer that sends several statements in one packet; MySQL and MariaDB only, with an
    open connection.
    """
    packed = _packed(connection, rows)
    heads = dialects.dialect(connection.vendor).quoted(*columns)
    return None if packed is None else f"INSERT INTO {table} ({heads}) VALUES {packed}"  # noqa: S608  # escaped by the driver


def _packed(connection: BaseDatabaseWrapper, rows: Sequence[Row]) -> str | None:
    """Return the rows as a list of literals, or None when a value holds a separator."""
    text = _BETWEEN_ROWS.join([_BETWEEN_FIELDS.join(row) for row in rows])
    if text.count(_BETWEEN_FIELDS) != len(rows) * (len(rows[0]) - 1):
        return None
    if text.count(_BETWEEN_ROWS) != len(rows) - 1:
        return None
    escaped: str = connection.connection.escape_string(text.encode()).decode()
    literals = escaped.replace(_BETWEEN_FIELDS, "','").replace(_BETWEEN_ROWS, "'),('")
    return f"('{literals}')"
