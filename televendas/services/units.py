"""Runs one unit of work on telesales' database, whole or not at all, again after a deadlock."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connections, transaction

T = TypeVar("T")

DATABASE: Final = "televendas"
"""The alias of the database that telesales has for itself."""
_ATTEMPTS: Final = 8
_CONTENTION: Final = frozenset({1205, 1213, 1020})


def whole(work: Callable[[], T]) -> T:
    """Return what `work` returns, in one transaction, tried again from its start if it was undone.

    Inside somebody's transaction nothing is tried again: that whole transaction is gone.
    """
    is_nested = connections[DATABASE].in_atomic_block
    for _ in range(_ATTEMPTS - 1):
        try:
            with transaction.atomic(using=DATABASE):
                return work()
        except OperationalError as error:
            if is_nested or error.args[0] not in _CONTENTION:
                raise
    with transaction.atomic(using=DATABASE):
        return work()
