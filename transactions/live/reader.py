"""Where one socket stands in the log, and what is due to it next."""

import time
from collections.abc import Sequence
from typing import Final

from transactions.live import metrics
from transactions.live.cursor import Cursor, covers
from transactions.live.gaps import Gaps
from transactions.live.history import History, Row
from transactions.live.hub import Hub
from transactions.live.presenter import PanelEvent
from transactions.live.retention import Loss, find_loss
from transactions.live.ring import AsgiMessage, Slice, Tick, View, frame, visible

FIRST_EVENTS: Final = 200
# A frame of a gap holds no more, so that it fits a phone's patience and our memory.
FRAME_EVENTS: Final = 500
# A long search that finds nothing for its view says so by an empty frame.
_SEARCH_SECONDS: Final = 3.0


class ForeignCursorError(Exception):
    """The cursor is of a log that is gone."""


class Reader:
    """Follows the log for one socket, from a cursor on; made anew by each `resume`.

    While it keeps step, `seq` is the tick it has taken, and the hub hands over the shared frame.
    Otherwise `seq` is None, and `take` makes frames of its own from its cursor.
    """

    def __init__(
        self, hub: Hub, gaps: Gaps, history: History, view: View, cursor: Cursor | None
    ) -> None:
        """Stand at `cursor`, or before the last 200 events when it is None."""
        self._hub = hub
        self._gaps = gaps
        self._history = history
        self._view = view
        self._cursor = cursor
        self._is_answered = False
        self._is_checked = False
        self._is_whole = False
        self._loss: Loss | None = None
        self._mended_to: Row | None = None
        self.seq: int | None = None

    def follow(self, tick: Tick) -> bool:
        """Move on to `tick` if the one before it was the last taken; say whether it was."""
        if self.seq is None or self.seq != tick.seq - 1:
            return False
        self.seq, self._cursor = tick.seq, tick.behind
        return True

    def is_in_step(self) -> bool:
        """Say whether the newest tick was taken, so that nothing is due."""
        last = self._hub.ring.last
        return last is not None and self._is_answered and self.seq == last.seq

    async def take(self) -> AsgiMessage | None:
        """Return the next frame due, or None when there is nothing new.

        Raises ForeignCursorError when the cursor is of another log, and TransientError when the
        broker has to be asked and is away.
        """
        give_up_at = time.monotonic() + _SEARCH_SECONDS
        while self._hub.is_ready and not self.is_in_step():
            if self._cursor is None:
                return await self._first()
            await self._check(self._cursor)
            near = self._hub.ring.after(self._cursor, self._view, FRAME_EVENTS)
            piece = near or await self._from_afar(self._cursor)
            self._cursor = piece.cursor
            self._keep_step(piece.cursor)
            is_late = time.monotonic() > give_up_at
            if piece.events or is_late or (near and not self._is_answered):
                return self._answer(piece.events)
            if near:
                return None
        return None

    async def _first(self) -> AsgiMessage:
        events = self._hub.ring.newest(self._view, FIRST_EVENTS)
        if self._view is not None and len(events) < FIRST_EVENTS:
            older = await self._history.before(self._view, self._hub.ring.start, FIRST_EVENTS)
            newer = self._hub.ring.newest(self._view, FIRST_EVENTS)
            events = [*older, *newer][-FIRST_EVENTS:]
        self._cursor = self._hub.cursor
        self._keep_step(self._cursor)
        return self._answer(events)

    async def _from_afar(self, cursor: Cursor) -> Slice:
        """Return what follows a cursor that is older than the ring, or bring the ring to it."""
        if not self._is_whole:
            return await self._mend(cursor)
        if await self._gaps.extend(cursor.positions):
            return Slice([], cursor)
        piece = await self._gaps.step(cursor, self._hub.ring.start)
        return Slice(list(visible(piece.events, self._view)), piece.cursor)

    async def _mend(self, cursor: Cursor) -> Slice:
        """Tell from the database what Kafka has dropped since `cursor`, page by page."""
        if self._loss is None:
            self._loss = await find_loss(self._gaps, cursor)
        if self._loss is None:
            self._is_whole = True
            return Slice([], cursor)
        piece, self._mended_to = await self._history.mend(self._view, self._loss, self._mended_to)
        self._is_whole = self._mended_to is None
        return piece

    async def _check(self, cursor: Cursor) -> None:
        """Tell a cursor that is ahead of this process from one that no log of ours gave."""
        if not self._is_checked and not covers(self._hub.intake.positions, cursor.positions):
            bounds = await self._gaps.bounds()
            ends = {place: marks.high for place, marks in bounds.items()}
            if not covers(ends, cursor.positions):
                raise ForeignCursorError
        self._is_checked = True

    def _keep_step(self, cursor: Cursor) -> None:
        """Take the shared frames from here on, if this is just where the process stands.

        One that is ahead of it goes on by its own cursor until the process has come there.
        """
        last = self._hub.ring.last
        if last is None:
            return
        here, there = cursor.positions, last.end
        self.seq = last.seq if covers(here, there) and covers(there, here) else None

    def _answer(self, events: Sequence[PanelEvent]) -> AsgiMessage:
        if self._cursor is None:
            raise RuntimeError("a frame needs a cursor")
        self._is_answered = True
        metrics.FRAMES.inc()
        self._hub.note_shown(events)
        return frame(self._cursor.encode(), events)
