"""Looks after the orders whose pages are open, and tells each page when its order has moved.

One look a moment for all pages of the process: the version of each order and its open tasks.
"""

import asyncio
import functools
import logging
from typing import Final, Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error

from config.sockets import sent
from orders.selectors_shop import Mark, marks_of

LIVE: Final = "live"
NEWS: Final = "news"
BEAT: Final = "beat"
STALE: Final = "stale"
BEAT_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class Member(Protocol):
    """A socket that was let in for one order."""

    order_id: str

    async def tell(self, kind: str) -> None:
        """Send a short message of the kind LIVE, NEWS, BEAT or STALE."""


class Watch:
    """The sockets of this process and the one task that looks for them; ends with the last one."""

    def __init__(self) -> None:
        """Nobody watches yet."""
        self.members: set[Member] = set()
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[str, Mark] = {}

    def join(self, member: Member) -> None:
        """Tell `member` from now on."""
        self.members.add(member)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, member: Member) -> None:
        """Forget `member`; more than once does no harm. With the last one the looking ends."""
        self.members.discard(member)
        if not self.members and self._task is not None:
            self._task.cancel()
            self._task, self._seen = None, {}

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        beat_at = clock()
        while True:
            is_due = clock() - beat_at >= BEAT_SECONDS
            await self._look(is_due=is_due)
            if is_due:
                beat_at = clock()
            await asyncio.sleep(settings.ORDERS_WATCH_SECONDS)

    async def _look(self, *, is_due: bool) -> None:
        watched = {member.order_id for member in self.members}
        try:
            marks = await database_sync_to_async(marks_of)(watched)
        except Error as error:
            _log.warning("orders cannot be watched: %s", type(error).__name__)
            marks = None
        for member in list(self.members):
            kind = self._kind(member.order_id, marks, watched)
            if (kind != BEAT or is_due) and member in self.members:
                await sent(member.tell(kind))
        if marks is not None:
            self._seen = marks

    def _kind(self, order_id: str, marks: dict[str, Mark] | None, watched: set[str]) -> str:
        if marks is None:
            return STALE
        if order_id not in watched:
            # Joined while the look was under way; the next one is soon.
            return BEAT
        # An order that is seen for the first time moved, for all that is known, just before.
        return BEAT if self._seen.get(order_id) == marks.get(order_id) else NEWS


@functools.cache
def _watches() -> dict[asyncio.AbstractEventLoop, Watch]:
    return {}


def watch() -> Watch:
    """Return this process's watch."""
    return _watches().setdefault(asyncio.get_running_loop(), Watch())
