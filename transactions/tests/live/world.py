"""A hub with its log in memory, and panels on lines that a test can hold up, cut and mend."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from messaging.records import Record
from transactions.live.cursor import Cursor, Partition, decode
from transactions.live.gaps import Gaps
from transactions.live.history import History
from transactions.live.hub import Hub
from transactions.live.intake import Batch
from transactions.live.presenter import PanelEvent, present
from transactions.live.reader import Reader
from transactions.live.ring import AsgiMessage, View
from transactions.live.subscriber import Subscriber
from transactions.tests.live.events import PLACES, FakeLog, record

DEADLINE = 120.0


class World:
    """A process without a broker: what is recorded comes to the hub at the next `cut`."""

    def __init__(self, *, ring_events: int = 10_000, log: FakeLog | None = None) -> None:
        self.shown: list[PanelEvent] = []
        self.log = log or FakeLog([])
        self.hub = Hub(
            ring_events=ring_events,
            frames_per_second=10,
            stale_seconds=5.0,
            note_shown=self.shown.extend,
        )
        self.gaps = Gaps(self.hub.ring, lambda: self.log)
        self._read: dict[Partition, int] = {}

    def begin(self, *, seed: int = 200) -> None:
        """Start as the tail does: a little before the end."""
        bounds = self.log.watermarks()
        self._read = {p: max(marks.low, marks.high - seed) for p, marks in bounds.items()}
        self.hub.begin(dict(self._read), {p: marks.high for p, marks in bounds.items()})
        self.hub.cut()
        self.poll()
        self.hub.cut()

    def record(self, place: Partition, **fields: Any) -> Record:
        """Put one more record into the log."""
        offset = self.log.watermarks()[place].high
        made = record(place, offset, at_ms=fields.pop("at_ms", offset), **fields)
        self.log.records[place].append(made)
        return made

    def poll(self) -> None:
        """Hand to the hub what it has not read yet."""
        for place in PLACES:
            records = [r for r in self.log.records[place] if r.offset >= self._read.get(place, 0)]
            if records:
                end = records[-1].offset + 1
                events = [event for event in map(present, records) if event is not None]
                times = {place: records[-1].timestamp_ms}
                self._read[place] = end
                self.hub.feed(Batch(events, {place: end}, times))

    def tick(self) -> None:
        """Bring everything recorded to the sockets."""
        self.poll()
        self.hub.cut()

    def subscriber(self, view: View, send: Callable[[AsgiMessage], Any]) -> Subscriber:
        def reader(view: View, cursor: Cursor | None) -> Reader:
            return Reader(self.hub, self.gaps, History(), view, cursor)

        return Subscriber(view, send, reader)


class Line:
    """A panel and its line; `gate` closed means that the client takes nothing."""

    def __init__(self, world: World, view: View = None) -> None:
        self.world = world
        self.view = view
        self.cursor: str | None = None
        self.events: list[dict[str, Any]] = []
        self.statuses: list[str] = []
        self.frames = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._task: asyncio.Task[None] | None = None
        self.subscriber: Subscriber | None = None

    async def send(self, message: AsgiMessage) -> None:
        await self.gate.wait()
        told = json.loads(message["text"])
        if told["type"] == "status":
            self.statuses.append(told["state"])
            return
        self.frames += 1
        self.cursor = told["cursor"]
        self.events += told["events"]

    def connect(self) -> None:
        self.subscriber = self.world.subscriber(self.view, self.send)
        self.world.hub.join(self.subscriber)
        self._task = asyncio.create_task(self.subscriber.run())
        self.subscriber.resume(None if self.cursor is None else decode(self.cursor))

    async def cut(self) -> None:
        """Drop the line; a frame under way is lost with it."""
        assert self.subscriber is not None
        assert self._task is not None
        self.world.hub.leave(self.subscriber)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, is_enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not is_enough():  # noqa: ASYNC110 - anything may be waited for
                await asyncio.sleep(0.001)

    @property
    def names(self) -> list[tuple[Partition, int]]:
        return [((e["topic"], e["partition"]), e["offset"]) for e in self.events]
