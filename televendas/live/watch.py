"""Looks for changes of the lean copy while somebody watches, and tells every socket once a look.

The look is one aggregate over the newest rows of an index. It sees rows that commit late as well:
it compares how many there are since a moment before the last news, not the newest time alone.
"""

import asyncio
import functools
import logging
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error
from django.db.models import Max

from config.sockets import sent
from televendas.live.access import is_agent
from televendas.models import Customer

NO_SESSION: Final = 4401
LIVE: Final = "live"
NEWS: Final = "news"
BEAT: Final = "beat"
STALE: Final = "stale"
BEAT_SECONDS: Final = 5.0
_LOOK_BACK: Final = timedelta(seconds=5)

_log = logging.getLogger(__name__)


class Sight(NamedTuple):
    """What one look saw: the newest change, and how many rows changed since a moment before."""

    newest: datetime | None
    later: int


class Member(Protocol):
    """A socket that was let in."""

    session_key: str

    async def tell(self, kind: str) -> None:
        """Send a short message of the kind LIVE, NEWS, BEAT or STALE."""

    async def end(self, code: int) -> None:
        """Close with `code`."""


class Watch:
    """The sockets of this process and the one task that looks for them; ends with the last one."""

    def __init__(self) -> None:
        """Nobody watches yet."""
        self.members: set[Member] = set()
        self._task: asyncio.Task[None] | None = None
        self._base: datetime | None = None
        self._seen: Sight | None = None

    def join(self, member: Member) -> None:
        """Tell `member` from now on."""
        self.members.add(member)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    @property
    def is_live(self) -> bool:
        """Tell whether what changes from now on will be told."""
        return self._seen is not None

    def leave(self, member: Member) -> None:
        """Forget `member`; more than once does no harm. With the last one the looking ends."""
        self.members.discard(member)
        if not self.members and self._task is not None:
            self._task.cancel()
            self._task = self._base = self._seen = None

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        told_at, checked_at = clock(), clock()
        while True:
            kind = await self._look()
            if kind != BEAT or clock() - told_at >= BEAT_SECONDS:
                await self._tell(kind)
                told_at = clock()
            if clock() - checked_at >= settings.LIVE_ACCESS_CHECK_SECONDS:
                await self._check()
                checked_at = clock()
            await asyncio.sleep(settings.TELEVENDAS_WATCH_SECONDS)

    async def _look(self) -> str:
        """Return what there is to tell: news, nothing, or that the copy cannot be read."""
        try:
            sight = await database_sync_to_async(_sight)(self._base)
            if sight == self._seen:
                return BEAT
            is_first = self._seen is None
            self._base = sight.newest - _LOOK_BACK if sight.newest else None
            # Seen again by the new base, before anybody is told: what comes later is news again.
            self._seen = await database_sync_to_async(_sight)(self._base)
        except Error as error:
            _log.warning("changes cannot be seen: %s", type(error).__name__)
            return STALE
        return LIVE if is_first else NEWS

    async def _tell(self, kind: str) -> None:
        for member in list(self.members):
            if member in self.members:
                await sent(member.tell(kind))

    async def _check(self) -> None:
        """End the sockets of those whose session or right has ended."""
        for member in list(self.members):
            try:
                may_stay = await database_sync_to_async(is_agent)(member.session_key)
            except Error:
                # Nobody is thrown out because the database is away; the next look is soon.
                return
            if not may_stay:
                await sent(member.end(NO_SESSION))


def _sight(base: datetime | None) -> Sight:
    newest: datetime | None = Customer.objects.aggregate(at=Max("changed_at"))["at"]
    return Sight(newest, Customer.objects.filter(changed_at__gt=base).count() if base else 0)


@functools.cache
def _watches() -> dict[asyncio.AbstractEventLoop, Watch]:
    return {}


def watch() -> Watch:
    """Return this process's watch."""
    return _watches().setdefault(asyncio.get_running_loop(), Watch())
