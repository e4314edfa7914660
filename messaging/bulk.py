"""Inserts many rows of text in one statement, at nearly no cost a value.

A driver quotes value by value, which takes longer than all the rest of a short row. On MySQL and
MariaDB a whole chunk is looked at once: plain ASCII without quote or backslash goes as it is;
anything else is joined, escaped by the driver's own function for this connection, and taken apart
again at the separators; what holds a separator goes the usual way.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import dialects, pipeline

Row = Sequence[str]

_TIME_LETTERS: Final = len("2026-01-01 00:00:00.000000")
# Control characters that escaping leaves alone.
_BETWEEN_FIELDS: Final = "\x1f"
_BETWEEN_ROWS: Final = "\x1e"
# Databases limit the parameters of a statement, and the bytes of a packet.
_VALUES_PER_STATEMENT: Final = 26_000


def stored_time(moment: datetime) -> str:
    """Return the aware `moment` as Django stores it in both families: UTC, without saying so."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")[:_TIME_LETTERS]


def insert_rows(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert `rows` into `table`, in their order, in as few statements as the limits allow.

    Every value is text; the database makes numbers and times of it. A row of more than a few
    kilobytes does not belong here. While `pipeline.overlapping` is open the last statement may
    still be under way at the return, and its error comes with the next one or with `settle`.
    """
    inserting(connection, table, columns, rows)()


def inserting(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> Callable[[], None]:
    """Return what does the work of `insert_rows` when it is called, its text made now already.

    So the text of one statement is made while the database is busy with another.
    """
    connection.ensure_connection()
    step = max(1, _VALUES_PER_STATEMENT // len(columns))
    chunks = [rows[start : start + step] for start in range(0, len(rows), step)]
    is_text = connection.vendor == "mysql"
    texts = [_text(connection, table, columns, chunk) if is_text else None for chunk in chunks]

    def insert() -> None:
        for chunk, text in zip(chunks, texts, strict=True):
            if text is None:
                _insert_by_parameters(connection, table, columns, chunk)
            else:
                pipeline.send(connection, text)

    return insert


def _insert_by_parameters(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    sql = dialects.multi_row_insert(connection.vendor, table, columns, len(rows))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])


def insert_text(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> str | None:
    """Return the whole INSERT of `rows` as text, values escaped; None where `insert_rows` must do.

    For a committer that sends several statements in one packet; MySQL and MariaDB only, with an
    open connection.
    """
    return _text(connection, table, columns, rows)


def _text(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> str | None:
    packed = _plain(rows) or _escaped(connection, rows)
    heads = dialects.dialect(connection.vendor).quoted(*columns)
    return None if packed is None else f"INSERT INTO {table} ({heads}) VALUES {packed}"  # noqa: S608  # nothing to escape, or escaped by the driver


def _plain(rows: Sequence[Row]) -> str | None:
    """Return the rows as a list of literals, or None when something in them needs escaping.

    In ASCII without backslash only a quote can end a literal, and there are as many quotes as were
    put in here: that holds in every character set and SQL mode that a connection may have.
    """
    text = "'),('".join(["','".join(row) for row in rows])
    quotes = 2 * (len(rows) * len(rows[0]) - 1)
    if "\\" in text or not text.isascii() or text.count("'") != quotes:
        return None
    return f"('{text}')"


def _escaped(connection: BaseDatabaseWrapper, rows: Sequence[Row]) -> str | None:
    """Return the rows as a list of literals, or None when a value holds a separator."""
    text = _BETWEEN_ROWS.join([_BETWEEN_FIELDS.join(row) for row in rows])
    if text.count(_BETWEEN_FIELDS) != len(rows) * (len(rows[0]) - 1):
        return None
    if text.count(_BETWEEN_ROWS) != len(rows) - 1:
        return None
    escaped: str = connection.connection.escape_string(text.encode()).decode()
    literals = escaped.replace(_BETWEEN_FIELDS, "','").replace(_BETWEEN_ROWS, "'),('")
    return f"('{literals}')"
