"""Lets requests in flight share one database transaction, without a thread of its own.

The first request that comes leads: it takes all that wait, writes them, wakes the others, and hands
the lead to the next. While it waits for the database, others gather behind it; so the batches grow
by themselves with the load, and a lone request waits for nobody.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")


class QueueFullError(Exception):
    """More requests wait for the database than should ever wait."""


class _Ticket(Generic[T]):
    __slots__ = ("error", "is_done", "item", "wake")

    def __init__(self, item: T) -> None:
        self.item = item
        self.is_done = False
        self.error: BaseException | None = None
        self.wake: Final = threading.Lock()
        self.wake.acquire()


class GroupCommit(Generic[T]):
    """Gathers the items of many threads into batches, written one after the other."""

    def __init__(
        self, write: Callable[[Sequence[T]], None], *, largest_batch: int, longest_queue: int
    ) -> None:
        """Take `write`, which commits a batch and notes on each item what became of it."""
        self._write = write
        self._largest_batch = largest_batch
        self._longest_queue = longest_queue
        self._guard = threading.Lock()
        self._queue: deque[_Ticket[T]] = deque()
        self._is_led = False

    def submit(self, item: T) -> None:
        """Return when a batch with `item` was written; raise what `write` raised.

        Raises QueueFullError at once where too many wait.
        """
        ticket = _Ticket(item)
        with self._guard:
            if len(self._queue) >= self._longest_queue:
                raise QueueFullError
            self._queue.append(ticket)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            ticket.wake.acquire()
        if not ticket.is_done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error

    def _lead(self) -> None:
        """Write the batch at the head of the queue, the leader's own item in it."""
        with self._guard:
            size = min(len(self._queue), self._largest_batch)
            batch = [self._queue.popleft() for _ in range(size)]
        error: BaseException | None = None
        try:
            self._write([ticket.item for ticket in batch])
        except BaseException as caught:  # noqa: BLE001 - each waiter raises it in its own thread
            error = caught
        self._hand_over()
        for ticket in batch:
            ticket.error = error
            ticket.is_done = True
            ticket.wake.release()

    def _hand_over(self) -> None:
        with self._guard:
            if self._queue:
                self._queue[0].wake.release()
            else:
                self._is_led = False
