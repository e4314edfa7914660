"""Collects which decisions went out to panels, and has them written about once a second."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from channels.db import database_sync_to_async
from django.db import Error

from transactions.live.presenter import PanelEvent
from transactions.services.mark_shown import mark_shown

_EVERY_SECONDS: Final = 1.0
# So many ids are remembered, so that the same 200 first events are not written for every panel.
_REMEMBERED: Final = 50_000
_MOST_WAITING: Final = 20_000

_log = logging.getLogger(__name__)


class Shown:
    """What was shown and is not yet written; nothing happens while nobody watches."""

    def __init__(self, write: Callable[[Mapping[datetime, list[str]]], None] = mark_shown) -> None:
        """Write by `write`, on the database's thread."""
        self._write = write
        self._waiting: dict[str, float] = {}
        self._remembered: dict[str, None] = {}

    def note(self, events: Iterable[PanelEvent]) -> None:
        """Take notice that `events` are on their way to a panel now."""
        now = time.time()
        for event in events:
            if event.kind == "decided" and event.transaction_id not in self._remembered:
                self._remembered[event.transaction_id] = None
                self._waiting[event.transaction_id] = now

    async def run(self) -> None:
        """Write what has waited for a second, as long as the process lives.

        By then the consumer of the results has written the row, even of an outside producer.
        """
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            due = self._take(time.time() - _EVERY_SECONDS)
            if due:
                await self._write_down(due)

    def _take(self, until: float) -> dict[str, float]:
        due = {key: at for key, at in self._waiting.items() if at <= until}
        for key in due:
            del self._waiting[key]
        for key in list(self._remembered)[: len(self._remembered) - _REMEMBERED]:
            del self._remembered[key]
        return due

    async def _write_down(self, due: Mapping[str, float]) -> None:
        by_time: dict[datetime, list[str]] = {}
        for key, at in due.items():
            by_time.setdefault(datetime.fromtimestamp(at, UTC), []).append(key)
        try:
            await database_sync_to_async(self._write)(by_time)
        except Error as error:
            _log.warning("shown times have to wait: %s", type(error).__name__)
            if len(self._waiting) < _MOST_WAITING:
                self._waiting = {**due, **self._waiting}
