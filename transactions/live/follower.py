"""The thread that tails both topics and hands what it reads to the hub on the event loop."""

import asyncio
import logging
import threading
import time
from collections.abc import Mapping
from typing import Final

from messaging.errors import TransientError
from messaging.records import Record
from messaging.tail import TopicTail, Watermarks
from transactions.live.cursor import TOPICS, Partition
from transactions.live.hub import Hub
from transactions.live.intake import Batch
from transactions.live.presenter import present

# Each partition is read from so far back, so that the last 200 of all are among them.
SEED_RECORDS: Final = 200
_POLL_RECORDS: Final = 1000
_POLL_SECONDS: Final = 0.1
# Records are taken in handfuls: handing each to the event loop by itself would cost ten times
# what the record costs.
_HANDFUL_SECONDS: Final = 0.01
_LOOK_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 1.0
# The reader waits while so many events wait for their tick: the loop is what is slow.
_MOST_PENDING: Final = 20_000

_log = logging.getLogger(__name__)


class LogReplacedError(Exception):
    """The topics are not those that were followed: they end before what was already read."""


class Follower:
    """Keeps the hub fed, whatever the broker does; one thread, from `start` to `stop`."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        """Make no connection yet."""
        self._hub = hub
        self._loop = loop
        self._stopping = threading.Event()
        self._positions: dict[Partition, int] = {}
        self._thread = threading.Thread(target=self._run, name="live-tail", daemon=True)

    def start(self) -> None:
        """Begin to follow; a broker that is away is waited for."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """End, waiting at most `seconds`: the client's own close may take 45 without a broker."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        tail = TopicTail(TOPICS)
        while not self._stopping.is_set():
            try:
                self._follow(tail)
            except TransientError as error:
                _log.info("the panel waits for the broker: %s", error)
                self._stopping.wait(_RETRY_SECONDS)
            except LogReplacedError:
                _log.warning("the topics were made anew; the panel starts over")
                self._positions = {}
                self._call(self._hub.start_over)
        tail.close()

    def _follow(self, tail: TopicTail) -> None:
        bounds = tail.watermarks()
        is_first = not self._positions
        if is_first:
            self._positions = {
                place: max(marks.low, marks.high - SEED_RECORDS) for place, marks in bounds.items()
            }
        self._refuse_another_log(bounds)
        # A partition that was added meanwhile is read from its beginning.
        self._positions = tail.start({**dict.fromkeys(bounds, 0), **self._positions})
        if is_first:
            goal = {place: marks.high for place, marks in bounds.items()}
            self._call(self._hub.begin, dict(self._positions), goal)
        while not self._stopping.is_set():
            self._look(tail, set(bounds))
            self._read(tail)

    def _look(self, tail: TopicTail, known: set[Partition]) -> None:
        """Ask where the log ends now; what is read up to there is fresh as of now."""
        self._hub.wants_a_look.clear()
        at = time.monotonic()
        bounds = tail.watermarks()
        self._refuse_another_log(bounds)
        if set(bounds) != known:
            raise TransientError("the topics have other partitions now")
        self._goal, self._goal_at = {place: marks.high for place, marks in bounds.items()}, at

    def _read(self, tail: TopicTail) -> None:
        until = time.monotonic() + _LOOK_SECONDS
        is_told = False
        while time.monotonic() < until and not self._stopping.is_set():
            if is_told and self._hub.wants_a_look.is_set():
                return
            if not is_told and self._has_reached_goal():
                self._call(self._hub.fresh, self._goal_at)
                is_told = True
            records = tail.poll(_POLL_RECORDS, _POLL_SECONDS)
            if records:
                self._hand_over(records)
                time.sleep(_HANDFUL_SECONDS)
                self._wait_for_the_loop()

    def _has_reached_goal(self) -> bool:
        return all(self._positions.get(place, 0) >= end for place, end in self._goal.items())

    def _hand_over(self, records: list[Record]) -> None:
        events = [event for event in map(present, records) if event is not None]
        ends: dict[Partition, int] = {}
        times: dict[Partition, int] = {}
        for record in records:
            place = (record.topic, record.partition)
            ends[place], times[place] = record.offset + 1, record.timestamp_ms
        self._positions |= ends
        self._call(self._hub.feed, Batch(events, ends, times))

    def _wait_for_the_loop(self) -> None:
        while self._hub.intake.waiting > _MOST_PENDING and not self._stopping.is_set():
            time.sleep(0.01)

    def _refuse_another_log(self, bounds: Mapping[Partition, Watermarks]) -> None:
        for place, offset in self._positions.items():
            if place not in bounds or bounds[place].high < offset:
                raise LogReplacedError

    def _call(self, function: object, *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)  # type: ignore[arg-type]
