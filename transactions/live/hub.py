"""The hub: one per ASGI process, between the thread that tails Kafka and the sockets."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from transactions.live import metrics
from transactions.live.cursor import Cursor, Positions, covers
from transactions.live.intake import Batch, Intake
from transactions.live.presenter import PanelEvent, timestamp
from transactions.live.ring import AsgiMessage, Ring, Tick, View, frame, in_order

BEAT_SECONDS: Final = 1.0
SILENCE_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 0.05

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """What the hub wants of a socket."""

    view: View

    def offer(self, tick: Tick) -> bool:
        """Take the newest tick, or stay behind and come for it later; never wait.

        Says whether the tick's own frame is under way now.
        """

    def beat(self, message: AsgiMessage, silent_since: float, *, is_stale: bool) -> None:
        """Send `message` if nothing was sent since `silent_since`, in monotonic seconds."""

    def tell(self, message: AsgiMessage) -> None:
        """Send a status before anything else."""

    def start_over(self) -> None:
        """Forget the cursor: its log is gone."""


class Hub:
    """Holds the ring and the sockets of this process; everything here runs on the event loop."""

    def __init__(
        self,
        *,
        ring_events: int,
        frames_per_second: int,
        stale_seconds: float,
        note_shown: Callable[[Sequence[PanelEvent]], None],
    ) -> None:
        """Wait for the tail: nothing is known of the log yet.

        `note_shown` gets the events of every frame that is made.
        """
        self.ring = Ring(ring_events)
        self.intake = Intake()
        self.wants_a_look = threading.Event()
        self.listeners: dict[View, set[Listener]] = {}
        self.is_ready = False
        self._goal: Positions = {}
        self._wake = asyncio.Event()
        self._pause = 1 / frames_per_second
        self._stale_seconds = stale_seconds
        self.note_shown = note_shown
        self._fresh_at = time.monotonic()
        self.is_stale = False

    @property
    def cursor(self) -> Cursor:
        """Return the cursor behind the newest tick."""
        return Cursor(self.intake.positions, max(self.intake.times.values(), default=0))

    def join(self, listener: Listener) -> None:
        """Begin to offer ticks to `listener`."""
        self.listeners.setdefault(listener.view, set()).add(listener)
        metrics.SOCKETS.inc()
        if self.is_stale:
            listener.tell(self._stale_status())

    def leave(self, listener: Listener) -> None:
        """Forget `listener`; more than once does no harm."""
        same_view = self.listeners.get(listener.view, set())
        if listener in same_view:
            same_view.discard(listener)
            metrics.SOCKETS.dec()
        if not same_view:
            self.listeners.pop(listener.view, None)

    def everybody(self) -> list[Listener]:
        """Return all sockets, of whatever view."""
        return [listener for same_view in self.listeners.values() for listener in same_view]

    def begin(self, starts: Positions, goal: Positions) -> None:
        """Take notice that the tail reads from `starts`; ready once it has reached `goal`."""
        self.intake.begin(starts)
        self._goal = goal
        self.is_ready = False
        self._wake.set()

    def start_over(self) -> None:
        """Forget all of a log that is gone, and tell everybody."""
        self.ring.clear()
        self.is_ready = False
        for listener in self.everybody():
            listener.tell(status("reset"))
            listener.start_over()

    def feed(self, batch: Batch) -> None:
        """Take what the tail has read; it goes out with the next tick."""
        self.intake.put(batch)
        self._wake.set()

    def fresh(self, at: float) -> None:
        """Take notice that everything recorded before `at` (monotonic seconds) has come."""
        self._fresh_at = at
        if self.intake.waiting:
            self._wake.set()

    async def run(self) -> None:
        """Cut ticks as long as the process lives: at once after a rest, then at the beat."""
        beats = asyncio.create_task(self._beats())
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                self.cut()
                await asyncio.sleep(self._pause)
        finally:
            beats.cancel()

    def cut(self) -> None:
        """Make one tick of what may be shown, and offer it."""
        start = self.intake.positions
        taken = self.intake.take(fresh_at=self._fresh_at, hold=self.is_ready)
        if self.intake.waiting:
            # A decision came before its request. If the next records do not bring that, the tail
            # confirms that nothing is missing.
            self._wake.set()
            if self.intake.oldest_waiting < time.monotonic() - _PATIENCE_SECONDS:
                self.wants_a_look.set()
        if not self.is_ready:
            self._hold_until_ready(start, in_order(taken))
        elif self.intake.positions != start:
            self._publish(start, in_order(taken))

    def _hold_until_ready(self, start: Positions, events: list[PanelEvent]) -> None:
        held = self.ring.last
        if held is not None:
            self.ring.clear()
            start, events = held.start, in_order([*held.events, *events])
        self._append(start, events)
        positions = self.intake.positions
        if positions and covers(positions, self._goal):
            self.is_ready = True
            for listener in self.everybody():
                listener.offer(self._newest())

    def _publish(self, start: Positions, events: list[PanelEvent]) -> None:
        self._append(start, events)
        tick = self._newest()
        metrics.EVENTS.inc(len(events))
        if events:
            metrics.DELAY.observe(max(0.0, time.time() - events[0].at_ms / 1000))
        metrics.FRAMES.inc(sum([listener.offer(tick) for listener in self.everybody()]))

    def _append(self, start: Positions, events: list[PanelEvent]) -> None:
        last = self.ring.last
        cursor = self.cursor
        seq = last.seq + 1 if last else 0
        text = cursor.encode()
        self.ring.append(
            Tick(seq, start, cursor.positions, events, text, cursor.at_ms, self.note_shown)
        )

    def _newest(self) -> Tick:
        tick = self.ring.last
        if tick is None:
            raise RuntimeError("no tick was cut yet")
        return tick

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self.look_at_the_age()
            self.beat(silent_since=time.monotonic() - SILENCE_SECONDS)

    def beat(self, *, silent_since: float) -> None:
        """Let whoever was sent nothing since then hear that the panel lives, or is stale."""
        if not (self.is_stale or self.is_ready):
            return
        message = self._stale_status() if self.is_stale else frame(self._newest().cursor, ())
        for listener in self.everybody():
            listener.beat(message, silent_since, is_stale=self.is_stale)

    def look_at_the_age(self) -> None:
        """Tell everybody when the panel becomes stale, and when it is live again."""
        age = time.monotonic() - self._fresh_at
        metrics.AGE.set(age)
        was_stale, self.is_stale = self.is_stale, age > self._stale_seconds
        if was_stale == self.is_stale:
            return
        _log.warning("the panel is %s", "stale" if self.is_stale else "live again")
        message = self._stale_status() if self.is_stale else status("live")
        for listener in self.everybody():
            listener.tell(message)

    def _stale_status(self) -> AsgiMessage:
        fresh_at = time.time() - (time.monotonic() - self._fresh_at)
        return status("stale", f',"since":"{timestamp(round(fresh_at * 1000))}"')


def status(state: str, more: str = "") -> AsgiMessage:
    """Return the message that tells a client what the frames beside it are worth."""
    return {"type": "websocket.send", "text": f'{{"type":"status","state":"{state}"{more}}}'}
