"""Lets the database insert while Python goes on: one statement under way, awaited by the next.

A hot batch spends as long in the database as in Python, and each waits for the other. Inside
`overlapping` an insert of `messaging.bulk` is sent and not waited for; whatever comes next on that
connection, by the ORM or by hand, waits for it first and gets its error. On SQLite, and outside of
`overlapping`, every statement is done when its call returns.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class _Here(threading.local):
    """Whether a statement is under way, by alias, of what is open in this thread."""

    def __init__(self) -> None:
        self.under_way: dict[str, bool] = {}


_here: Final = _Here()


@contextmanager
def overlapping(using: str, *, wanted: bool = True) -> Iterator[None]:
    """Send inserts without waiting inside the block, which stands in a transaction.

    At its end everything has been done, or the last statement's error is raised. So it is when the
    block itself raises: the statement came first, and had it been awaited its error would have too.
    """
    connection = connections[using]
    if not wanted or connection.vendor != "mysql":
        yield
        return
    _here.under_way[connection.alias] = False
    try:
        with connection.execute_wrapper(_after_the_one_before):
            yield
        settle(using)
    except BaseException:  # Raised again: however the block ended, nothing stays under way.
        _finish(connection)
        raise
    finally:
        del _here.under_way[connection.alias]


def send(connection: BaseDatabaseWrapper, sql: str) -> None:
    """Run `sql`, which has no parameters and gives no rows; inside `overlapping`, only start it.

    Raises the error of the statement before, where one was under way.
    """
    if connection.alias not in _here.under_way:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return
    _finish(connection)
    driver: Any = connection.connection
    with connection.wrap_database_errors:
        driver.send_query(sql.encode())
    _here.under_way[connection.alias] = True


def settle(using: str) -> None:
    """Wait for the statement under way, if there is one; raises its error."""
    _finish(connections[using])


def _finish(connection: BaseDatabaseWrapper) -> None:
    if _here.under_way.get(connection.alias):
        _here.under_way[connection.alias] = False
        driver: Any = connection.connection
        with connection.wrap_database_errors:
            driver.read_query_result()


def _after_the_one_before(
    execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: dict[str, Any]
) -> Any:
    _finish(context["connection"])
    return execute(sql, params, many, context)
