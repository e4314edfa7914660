"""One socket's own task: it sends what is due, one frame at a time, and holds up nobody else."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from messaging.errors import TransientError
from transactions.live.cursor import Cursor
from transactions.live.hub import status
from transactions.live.reader import ForeignCursorError, Reader
from transactions.live.ring import AsgiMessage, Tick, View

_RETRY_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Subscriber:
    """Sends frames to one socket; at most one is under way, and what it missed it fetches.

    A slow client blocks only its own `send`: ticks pass meanwhile, and come together in one
    frame as soon as it has room again.
    """

    def __init__(
        self,
        view: View,
        send: Callable[[AsgiMessage], Awaitable[None]],
        make_reader: Callable[[View, Cursor | None], Reader],
    ) -> None:
        """Wait for `resume` before anything is sent."""
        self.view = view
        self._send = send
        self._make_reader = make_reader
        self._reader: Reader | None = None
        self._waiter: asyncio.Future[AsgiMessage | None] | None = None
        self._status: AsgiMessage | None = None
        self._sent_at = time.monotonic()
        self._is_restless = False

    def resume(self, cursor: Cursor | None) -> None:
        """Start over from `cursor`, or with the newest events when it is None."""
        self._reader = self._make_reader(self.view, cursor)
        self._wake(None)

    def offer(self, tick: Tick) -> bool:
        """Take the newest tick, or stay behind and come for it later; never wait.

        Says whether the tick's own frame is under way now.
        """
        if self._reader is None or not self._is_idle():
            return False
        if not self._reader.follow(tick):
            self._wake(None)
        elif tick.touches(self.view):
            self._wake(tick.message_for(self.view))
            return True
        return False

    def beat(self, message: AsgiMessage, silent_since: float, *, is_stale: bool) -> None:
        """Send `message` if nothing was sent since `silent_since`, in monotonic seconds."""
        if self._reader is None or not self._is_idle() or self._sent_at > silent_since:
            return
        # A frame's cursor is true only for one who has taken everything before it.
        if is_stale or self._reader.is_in_step():
            self._wake(message)

    def tell(self, message: AsgiMessage) -> None:
        """Send a status before anything else."""
        self._status = message
        self._wake(None)

    def start_over(self) -> None:
        """Forget the cursor: its log is gone."""
        if self._reader is not None:
            self.resume(None)

    async def run(self) -> None:
        """Send as long as the client takes; ends when the connection is gone."""
        try:
            while True:
                self._is_restless = False
                message = None if self._is_settled() else await self._due()
                if message is None and not self._is_restless:
                    message = await self._wait()
                if message is not None:
                    await self._send(message)
                    self._sent_at = time.monotonic()
        except OSError:
            # The server's word for a client that left; its disconnect event does the rest.
            _log.debug("a panel left while a frame was under way")

    async def _due(self) -> AsgiMessage | None:
        told, self._status = self._status, None
        if told is not None:
            return told
        reader = self._reader
        if reader is None:
            return None
        try:
            message = await reader.take()
        except ForeignCursorError:
            self.start_over()
            return status("reset")
        except TransientError as error:
            _log.info("a gap has to wait for the broker: %s", error)
            self._is_restless = True
            await asyncio.sleep(_RETRY_SECONDS)
            return None
        # A `resume` that came meanwhile has put another reader in its place.
        return message if reader is self._reader else None

    async def _wait(self) -> AsgiMessage | None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def _is_settled(self) -> bool:
        return self._status is None and self._reader is not None and self._reader.is_in_step()

    def _is_idle(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def _wake(self, message: AsgiMessage | None) -> None:
        # Whoever is busy looks once more before it rests.
        self._is_restless = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(message)
