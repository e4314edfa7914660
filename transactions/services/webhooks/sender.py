"""The sender's loop: many messages under way at once, so that no slow endpoint delays others."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from django.db import close_old_connections, connections

from messaging.clock import Clock
from messaging.faultpoints import faultpoint
from transactions.adapters.webhook_http import Answer, Poster
from transactions.services.webhooks import sending
from transactions.services.webhooks.sending import Claimed

T = TypeVar("T")
_IDLE_SECONDS: Final = 0.5
_TROUBLE_SECONDS: Final = 5.0
_FAREWELL_SECONDS: Final = 7.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many posts may be under way: in all, and to one webhook."""

    in_flight: int
    in_flight_each: int


class Sender:
    """Takes what is due, posts it, writes the outcome, until it is told to stop.

    The database is used by one thread of its own; the network by this event loop.
    """

    def __init__(
        self,
        *,
        poster: Poster,
        clock: Clock,
        limits: Limits,
        on_attempt: Callable[[Answer, float], None] = lambda _answer, _seconds: None,
    ) -> None:
        """Make a sender; `on_attempt` hears of each try and of its seconds."""
        self._poster = poster
        self._clock = clock
        self._limits = limits
        self._on_attempt = on_attempt
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="webhooks-database")
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()
        self._stopping = asyncio.Event()
        self.last_look = clock.monotonic()

    def stop(self) -> None:
        """Take nothing more; `run` returns when what is under way has ended."""
        self._stopping.set()

    async def run(self) -> None:
        """Send until `stop`; what goes wrong with the database is tried again after a while."""
        while not self._stopping.is_set():
            try:
                wait = 0.0 if await self.send_due() else _IDLE_SECONDS
            except Exception:  # a sender that ended would tell nobody anything any more
                log.exception("webhooks_unable_to_claim")
                wait = _TROUBLE_SECONDS
            await self._pause(wait)
        await self.drain(timeout=_FAREWELL_SECONDS)

    async def send_due(self) -> int:
        """Start posting what is due and fits; return how many messages that is."""
        self.last_look = self._clock.monotonic()
        room = self._limits.in_flight - len(self._tasks)
        if room <= 0:
            return 0
        under_way = dict(self._under_way)
        claimed = await self._in_database(
            lambda: sending.claim_due(
                now=self._clock.now(),
                limit=room,
                limit_each=self._limits.in_flight_each,
                under_way=under_way,
            )
        )
        for one in claimed:
            self._start(one)
        return len(claimed)

    async def drain(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - of asyncio.wait
        """Wait for what is under way, `timeout` seconds at most, and drop what takes longer.

        What is dropped stays leased for a while, and is sent again then.
        """
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout)
            for task in late:
                task.cancel()

    def close(self) -> None:
        """Let go of the database's connection and thread."""
        self._database.submit(connections.close_all)
        self._database.shutdown(wait=True)

    def _start(self, claimed: Claimed) -> None:
        self._under_way[claimed.webhook_id] += 1
        task = asyncio.create_task(self._send(claimed))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, claimed))

    def _ended(self, task: asyncio.Task[None], claimed: Claimed) -> None:
        self._tasks.discard(task)
        self._under_way[claimed.webhook_id] -= 1
        if not self._under_way[claimed.webhook_id]:
            del self._under_way[claimed.webhook_id]
        if not task.cancelled() and task.exception() is not None:
            # the lease runs out, and the message is sent again
            log.error("webhooks_unable_to_record", exc_info=task.exception())

    async def _send(self, claimed: Claimed) -> None:
        at, started = self._clock.now(), time.perf_counter()
        headers = claimed.headers(int(at.timestamp()))
        answer = await self._poster.post(claimed.url, claimed.body, headers)
        seconds = time.perf_counter() - started
        faultpoint("webhooks.after_post")
        await self._in_database(
            lambda: sending.record_attempt(
                claimed, answer, at=at, duration_ms=round(seconds * 1000), now=self._clock.now()
            )
        )
        self._on_attempt(answer, seconds)

    async def _in_database(self, work: Callable[[], T]) -> T:
        def refreshed() -> T:
            close_old_connections()
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._database, refreshed)

    async def _pause(self, seconds: float) -> None:
        if seconds:
            stopped = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait(
                {stopped, *self._tasks}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            stopped.cancel()
