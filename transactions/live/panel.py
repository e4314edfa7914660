"""Puts the live process together: one hub, its tail thread and its tasks, from start to end."""

import asyncio
import functools
from typing import Any

from django.conf import settings

from transactions.live.access import Warden
from transactions.live.cursor import Cursor
from transactions.live.follower import Follower
from transactions.live.gaps import Gaps
from transactions.live.history import History
from transactions.live.hub import Hub
from transactions.live.reader import Reader
from transactions.live.ring import View
from transactions.live.shown import Shown
from transactions.live.subscriber import Subscriber

STOP_SECONDS = 3.0


class Panel:
    """What every socket of this process shares; made on the event loop that serves them."""

    def __init__(self) -> None:
        """Start the tail thread and the hub's task."""
        self.warden = Warden()
        self._shown = Shown()
        self.hub = Hub(
            ring_events=settings.LIVE_RING_EVENTS,
            frames_per_second=settings.LIVE_FRAMES_PER_SECOND,
            stale_seconds=settings.LIVE_STALE_SECONDS,
            note_shown=self._shown.note,
        )
        self._gaps = Gaps(self.hub.ring)
        self._history = History()
        self._follower = Follower(self.hub, asyncio.get_running_loop())
        lives = (self.hub.run(), self.warden.run(), self._shown.run())
        self._tasks = [asyncio.create_task(each) for each in lives]
        self._follower.start()

    def subscriber(self, view: View, send: Any) -> Subscriber:
        """Return a subscriber for a socket that sees `view`."""
        return Subscriber(view, send, self._reader)

    async def close(self) -> None:
        """Stop the thread and the tasks, within a few seconds."""
        for task in self._tasks:
            task.cancel()
        self._gaps.close()
        await asyncio.to_thread(self._follower.stop, STOP_SECONDS)

    def _reader(self, view: View, cursor: Cursor | None) -> Reader:
        return Reader(self.hub, self._gaps, self._history, view, cursor)


@functools.cache
def _panels() -> dict[asyncio.AbstractEventLoop, Panel]:
    return {}


def panel() -> Panel:
    """Return this process's panel, started by the first who asks."""
    loop = asyncio.get_running_loop()
    if loop not in _panels():
        _panels()[loop] = Panel()
    return _panels()[loop]


async def close() -> None:
    """Stop this loop's panel, if there is one."""
    running = _panels().pop(asyncio.get_running_loop(), None)
    if running is not None:
        await running.close()
