"""Runs a small unit of work again when the database chose it as a deadlock's victim."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connection

T = TypeVar("T")

_ATTEMPTS: Final = 8
_DEADLOCK: Final = 1213
_LOCK_WAIT: Final = 1205


def whole(work: Callable[[], T]) -> T:
    """Return what `work` returns, tried again from its start after a deadlock or lock wait.

    Inside somebody's transaction nothing is tried again: that whole transaction is gone.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return work()
        except OperationalError as error:
            if connection.in_atomic_block or error.args[0] not in (_DEADLOCK, _LOCK_WAIT):
                raise
    return work()
