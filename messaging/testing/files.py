"""Reads files that this process has open as databases, without hurting them."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


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
