"""Several people who do the same at once, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from django.db import connection

from messaging.whole import TryAgainError
from orders.services.pick_lists import NotYoursError

T = TypeVar("T")
HANDS: Final = 8


def at_once(work: Callable[[int], T]) -> list[T | None]:
    """Return what `work` gave to each of several people who do it at once; None where refused."""

    def one(number: int) -> T | None:
        try:
            return insist(lambda: work(number))
        except NotYoursError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def insist(work: Callable[[], T]) -> T:
    """Do it again as long as the database tells to; a slow machine needs more than one try."""
    for _ in range(20):
        try:
            return work()
        except TryAgainError:
            continue
    raise AssertionError("the database never answered")
