"""Runs calls at the same time, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(call: Callable[[int], T], times: int, threads: int = 16) -> Sequence[T]:
    """Return what `call(0)` ... `call(times - 1)` returned, run by threads that start together."""
    start = Barrier(threads)
    shares = [range(first, times, threads) for first in range(threads)]

    def work(share: range) -> list[T]:
        start.wait(timeout=30)
        try:
            return [call(number) for number in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [result for results in pool.map(work, shares) for result in results]
