"""Fills gaps: what the ring no longer holds is read from Kafka by offset, on a few threads."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from messaging.records import Record
from messaging.tail import TopicTail, Watermarks
from transactions.live import metrics
from transactions.live.blocks import Blocks, Seen
from transactions.live.cursor import TOPICS, Cursor, Partition, Positions
from transactions.live.presenter import PanelEvent, present
from transactions.live.ring import Ring, Slice, in_order

T = TypeVar("T")

# Two readers share one process with its sockets: more would starve them of the interpreter.
_THREADS: Final = 2


class Log(Protocol):
    """What is asked of Kafka: ranges by offset, and where each partition begins and ends."""

    def read_ranges(
        self, ranges: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, list[Record]]:
        """Return the records of each partition from its first offset to before its last."""

    def watermarks(self) -> dict[Partition, Watermarks]:
        """Return the first and the next offset of every partition."""


class Gaps:
    """Reads what lies between a client's cursor and the ring; `log` makes a reader per thread."""

    def __init__(self, ring: Ring, log: Callable[[], Log] = lambda: TopicTail(TOPICS)) -> None:
        """Make no connection yet."""
        self._ring = ring
        self._make_log = log
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="live-gaps")
        self._extending = asyncio.Lock()
        self._blocks, self._generation = Blocks(), ring.generation

    async def bounds(self) -> dict[Partition, Watermarks]:
        """Return each partition's bounds; raises TransientError while the broker is away."""
        return await self._run(lambda log: log.watermarks())

    async def records(
        self, ranges: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, list[Record]]:
        """Return the records of the ranges, each from its first offset to before its last."""
        return await self._run(lambda log: log.read_ranges(ranges))

    async def extend(self, wanted: Positions) -> bool:
        """Read the gap between `wanted` and the ring into the ring, if there is room for it.

        Whoever comes back after the same drop finds it there: the gap is read once.
        """
        async with self._extending:
            start = self._ring.start
            low = {place: min(wanted.get(place, 0), offset) for place, offset in start.items()}
            missing = sum(start[place] - low[place] for place in start)
            if missing == 0 or missing > self._ring.room:
                return missing == 0
            events = await self._run(lambda log: _read(log, low, start))
            if self._ring.start is not start:
                # The ring moved on meanwhile; the caller looks again.
                return True
            self._ring.prepend(low, in_order(events))
            metrics.GAPS.labels("kafka").inc()
            return True

    async def step(self, cursor: Cursor, stop: Positions) -> Slice:
        """Return the next events from `cursor` towards `stop`, of every account, in order."""
        metrics.GAPS.labels("kafka").inc()
        if self._generation != self._ring.generation:
            # The log may be another one, with other records at the same offsets.
            self._blocks, self._generation = Blocks(), self._ring.generation
        blocks = self._blocks
        return await self._run(lambda log: _step(log, blocks, cursor, stop))

    def close(self) -> None:
        """Start nothing more; what runs ends with its timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[Log], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: work(self._log())
        )

    def _log(self) -> Log:
        log: Log | None = getattr(self._local, "log", None)
        if log is None:
            log = self._local.log = self._make_log()
        return log


def _read(log: Log, start: Positions, stop: Positions) -> list[PanelEvent]:
    found = log.read_ranges({place: (start.get(place, 0), end) for place, end in stop.items()})
    presented = (present(record) for records in found.values() for record in records)
    return [event for event in presented if event is not None]


def _step(log: Log, blocks: Blocks, cursor: Cursor, stop: Positions) -> Slice:
    """Read a piece of every partition, and keep what no unread record could precede in time."""
    pieces = blocks.after(log, cursor.positions, stop)
    reached = {**cursor.positions, **{place: until for place, (until, _) in pieces.items()}}
    newest = [
        max(each.at_ms for each in seen)
        for place, (until, seen) in pieces.items()
        if until < stop[place] and seen
    ]
    events, at_ms = _up_to(min(newest, default=None), pieces, reached)
    return Slice(in_order(events), Cursor(reached, max(at_ms, cursor.at_ms)))


def _up_to(
    horizon: int | None,
    pieces: Mapping[Partition, tuple[int, list[Seen]]],
    reached: dict[Partition, int],
) -> tuple[list[PanelEvent], int]:
    events: list[PanelEvent] = []
    at_ms = 0
    for place, (_, seen) in pieces.items():
        for each in seen:
            if horizon is not None and each.at_ms > horizon:
                # Not yet: it is looked at again with the next step.
                reached[place] = each.offset
                break
            at_ms = max(at_ms, each.at_ms)
            if each.event is not None:
                events.append(each.event)
    return events, at_ms
