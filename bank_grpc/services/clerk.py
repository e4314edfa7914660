"""Authorises for an event loop: one thread writes all that wait, and wakes the loop once a batch.

A thread for each call would be woken twice by others, which costs more than the payment. While the
clerk waits for the database, calls gather behind it; a lone one waits for nobody.
"""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final

from django.db import connections

from bank_grpc.domain.charging import Charge
from bank_grpc.services import authorise
from bank_grpc.services.authorise import Answer, Entry
from messaging.group_commit import QueueFullError

_Waiting = tuple[Entry, "asyncio.Future[None]"]
# A deadline that no moment comes before.
_CALLED_OFF: Final = 0.0
_LAST_BATCH_SECONDS: Final = 2.0


class Clerk:
    """The thread, its database connection, and the loop that it writes for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread; `close` ends it."""
        self._loop = loop
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="bank-clerk", daemon=True)
        self._thread.start()

    async def authorise(
        self, charge: Charge, *, now: datetime, deadline: float | None = None
    ) -> Answer:
        """Decide `charge`, or find what its key was answered before; on the clerk's own loop.

        Raises what `services.authorise.authorise` raises. Whoever is cancelled before the turn came
        leaves nothing behind.
        """
        if self._queue.qsize() >= authorise.LONGEST_QUEUE:
            raise QueueFullError
        entry, done = authorise.entry_of(charge, now, deadline), self._loop.create_future()
        self._queue.put((entry, done))
        try:
            await done
        except asyncio.CancelledError:
            entry.deadline = _CALLED_OFF
            raise
        return entry.answer()

    def close(self) -> None:
        """Write what waits, and end; from any thread but the clerk's own.

        A clerk whom the database holds up is waited for two seconds and then left to the process's
        end: nobody waits for the answers any more, and the keys will tell.
        """
        self._queue.put(None)
        self._thread.join(_LAST_BATCH_SECONDS)

    def _run(self) -> None:
        try:
            while (first := self._queue.get()) is not None:
                batch = [first, *self._more()]
                authorise.write([entry for entry, _ in batch])
                # A loop that has ended has nobody left who waits.
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(_tell, batch)
        finally:
            connections["default"].close()

    def _more(self) -> list[_Waiting]:
        """Return who else waits; the end, where it is among them, is put back behind them."""
        found: list[_Waiting] = []
        with contextlib.suppress(Empty):
            while len(found) < authorise.LARGEST_BATCH - 1:
                each = self._queue.get_nowait()
                if each is None:
                    self._queue.put(None)
                    break
                found.append(each)
        return found


def _tell(batch: Sequence[_Waiting]) -> None:
    for _, done in batch:
        if not done.done():
            done.set_result(None)
