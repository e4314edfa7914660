"""Reads what a database keeps to the last byte, its open files without hurting them."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection

from messaging.testing import dialects


def bytes_at_rest(paths: Iterable[Path]) -> bytes:
    """Return what the files that are there hold, one after the other.

    A process of its own reads them: where POSIX locks are kept, closing any handle of a file gives
    up the locks that SQLite holds on it here, and the next process that ends takes the log away
    under our feet ("file is not a database").
    """
    there = [str(path) for path in paths if path.exists()]
    if not there:
        return b""
    done = subprocess.run(["cat", "--", *there], stdout=subprocess.PIPE, check=True)  # noqa: S603, S607
    return done.stdout


def everything_kept(*prefixes: str) -> bytes:
    """Return every byte of the default database: its files on SQLite, elsewhere tables as text.

    There the tables are those whose names begin with one of `prefixes`.
    """
    if connection.vendor == "sqlite":
        dialects.empty_log(connection)
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" not in name:
            return bytes_at_rest(Path(f"{name}{end}") for end in ("", "-wal"))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(prefixes):
                name = connection.ops.quote_name(table)
                cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name of our own
                cells = (cell for row in cursor.fetchall() for cell in row)
                found.append("\x1f".join(map(_text, cells)).encode())
    return b"\n".join(found)


def _text(cell: Any) -> str:
    # MariaDB gives bytes, whose repr would escape what is not ASCII.
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
