"""Authorises for an event loop: one thread writes all that wait, and wakes the loop once a batch.

A thread for each call would be woken twice by others, which costs more than the payment. The loop
hands a batch over when it has done what was ready, and in a crowd a moment later: the busier it is,
the more wait and share one transaction, and a lone call waits for nobody.
"""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from datetime import datetime
from queue import SimpleQueue
from typing import Final

from django.db import connections

from bank_grpc.domain.charging import Charge
from bank_grpc.services import authorise
from bank_grpc.services.authorise import Answer, Entry
from messaging.group_commit import QueueFullError

_Batch = Sequence[tuple[Entry, "asyncio.Future[None]"]]
# A deadline that no moment comes before.
_CALLED_OFF: Final = 0.0
_LAST_BATCH_SECONDS: Final = 2.0
# After a batch of so many the next one waits a moment for more, unless enough wait already: a
# transaction costs nearly the same for eight as for thirty.
_CROWD: Final = 8
_ENOUGH: Final = 32
_MOMENT_SECONDS: Final = 0.003


class Clerk:
    """The thread, its database connection, and the loop that it writes for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread; `close` ends it."""
        self._loop = loop
        # Both are the loop's alone; the thread gets one batch at a time.
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._is_writing = False
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="bank-clerk", daemon=True)
        self._thread.start()

    async def authorise(
        self, charge: Charge, *, now: datetime, deadline: float | None = None
    ) -> Answer:
        """Decide `charge`, or find what its key was answered before; on the clerk's own loop.

        Raises what `services.authorise.authorise` raises. Whoever is cancelled before the turn came
        leaves nothing behind.
        """
        if len(self._waiting) >= authorise.LONGEST_QUEUE:
            raise QueueFullError
        entry, done = authorise.entry_of(charge, now, deadline), self._loop.create_future()
        self._waiting.append((entry, done))
        if not self._is_writing:
            self._is_writing = True
            self._loop.call_soon(self._hand_over)
        try:
            await done
        except asyncio.CancelledError:
            entry.deadline = _CALLED_OFF
            raise
        return entry.answer()

    def close(self) -> None:
        """Write what waits, and end; from another thread than the loop's, which still runs.

        A clerk whom the database holds up is waited for two seconds and then left to the process's
        end: nobody waits for the answers any more, and the keys will tell.
        """
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(_LAST_BATCH_SECONDS)

    def _hand_over(self) -> None:
        batch = self._waiting[: authorise.LARGEST_BATCH]
        self._is_writing = bool(batch)
        if batch:
            del self._waiting[: len(batch)]
            self._batches.put(batch)

    def _written(self, batch: _Batch) -> None:
        for _, done in batch:
            if not done.done():
                done.set_result(None)
        if len(batch) >= _CROWD and len(self._waiting) < _ENOUGH:
            self._loop.call_later(_MOMENT_SECONDS, self._hand_over)
        else:
            # Behind those who have just been woken: they answer first, and others come meanwhile.
            self._loop.call_soon(self._hand_over)

    def _end(self) -> None:
        while self._waiting:
            self._hand_over()
        self._batches.put(None)

    def _run(self) -> None:
        try:
            while (batch := self._batches.get()) is not None:
                authorise.write([entry for entry, _ in batch])
                # A loop that has ended has nobody left who waits.
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._written, batch)
        finally:
            connections["default"].close()
