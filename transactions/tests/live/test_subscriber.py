"""What a socket's own task promises, with the log in memory: each once, in order, come what may."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest

from transactions.live.cursor import Cursor
from transactions.tests.live.events import PLACES, FakeLog, record
from transactions.tests.live.world import Line, World

# Two panels, two drops, one ring that is too small for what was missed.
ROUNDS = 60


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def record_some(world: World, chance: random.Random, *, most: int) -> None:
    for _ in range(chance.randrange(most)):
        world.record(chance.choice(PLACES[:2]))
    world.tick()


async def drop(line: Line, world: World, chance: random.Random) -> None:
    """Cut the line, let things happen, and mend it."""
    await line.cut()
    for _ in range(chance.randrange(5)):
        record_some(world, chance, most=4)
    line.connect()


async def assert_each_once_in_order(line: Line, world: World) -> None:
    total = sum(map(len, world.log.records.values()))
    await line.until(lambda: len(line.events) >= total)
    await line.cut()
    for place in PLACES:
        offsets = [offset for where, offset in line.names if where == place]
        assert offsets == [r.offset for r in world.log.records[place]]


class TestSubscriber:
    @pytest.mark.parametrize("ring_events", [10_000, 12])
    @pytest.mark.parametrize("seed", range(5))
    def test_tells_what_was_missed_whatever_drops(self, ring_events: int, seed: int) -> None:
        async def storm() -> None:
            chance, world = random.Random(seed), World(ring_events=ring_events)
            world.begin()
            lines = [Line(world), Line(world)]
            for line in lines:
                line.connect()
            await lines[0].until(lambda: all(line.frames for line in lines))
            for _ in range(ROUNDS):
                record_some(world, chance, most=6)
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
                if chance.random() < 0.4:
                    await drop(chance.choice(lines), world, chance)
            for line in lines:
                await assert_each_once_in_order(line, world)

        run(storm())

    def test_a_slow_line_gets_all_it_missed_in_few_frames(self) -> None:
        async def lag() -> None:
            world = World()
            world.begin()
            slow, quick = Line(world), Line(world)
            for line in (slow, quick):
                line.connect()
            await quick.until(lambda: slow.frames == quick.frames == 1)
            slow.gate.clear()
            for number in range(50):
                world.record(PLACES[0])
                world.tick()
                await quick.until(lambda n=number: len(quick.events) == n + 1)  # type: ignore[misc]
            assert slow.frames == 1
            slow.gate.set()
            await slow.until(lambda: len(slow.events) == 50)
            assert slow.names == quick.names
            # The frame that was held up, and one for all the others.
            assert slow.frames == 3
            await asyncio.gather(slow.cut(), quick.cut())

        run(lag())

    def test_a_merchants_quiet_line_is_moved_on_by_heartbeats(self) -> None:
        async def quiet() -> None:
            world = World()
            world.begin()
            line = Line(world, frozenset({"mine"}))
            line.cursor = Cursor(world.hub.intake.positions).encode()
            line.connect()
            await line.until(lambda: line.frames == 1)
            before = line.cursor
            world.record(PLACES[0], account="theirs")
            world.tick()
            await settle()
            assert line.frames == 1
            world.hub.beat(silent_since=float("inf"))
            await line.until(lambda: line.frames == 2)
            assert line.events == []
            assert line.cursor != before
            await line.cut()

        run(quiet())

    def test_a_gap_shared_by_many_is_read_once(self) -> None:
        async def herd() -> None:
            log = FakeLog(record(PLACES[0], n, at_ms=n) for n in range(500))
            world = World(log=log)
            world.begin(seed=10)
            lines = [Line(world) for _ in range(20)]
            for line in lines:
                line.cursor = Cursor({PLACES[0]: 100}).encode()
                line.connect()
            for line in lines:
                await line.until(lambda line=line: len(line.events) >= 400)  # type: ignore[misc]
                await line.cut()
                assert line.names == [(PLACES[0], n) for n in range(100, 500)]
            assert log.reads == 1

        run(herd())

    def test_one_that_is_ahead_of_this_process_waits_for_it(self) -> None:
        async def ahead() -> None:
            world = World()
            world.begin()
            for _ in range(4):
                world.record(PLACES[0])
            line = Line(world)
            line.cursor = Cursor({PLACES[0]: 3}).encode()
            line.connect()
            await line.until(lambda: line.frames == 1)
            world.tick()
            await line.until(lambda: bool(line.events))
            assert line.names == [(PLACES[0], 3)]
            assert line.statuses == []
            await line.cut()

        run(ahead())

    def test_a_cursor_of_another_log_starts_over(self) -> None:
        async def foreign() -> None:
            world = World(log=FakeLog([record(PLACES[0], 0, at_ms=0)]))
            world.begin()
            line = Line(world)
            line.cursor = Cursor({PLACES[0]: 1000}).encode()
            line.connect()
            await line.until(lambda: line.frames == 1)
            assert line.statuses == ["reset"]
            assert line.names == [(PLACES[0], 0)]
            await line.cut()

        run(foreign())

    def test_everybody_starts_over_when_the_log_is_made_anew(self) -> None:
        async def anew() -> None:
            world = World(log=FakeLog(record(PLACES[0], n, at_ms=n) for n in range(5)))
            world.begin()
            line = Line(world)
            line.connect()
            await line.until(lambda: len(line.events) == 5)
            line.events.clear()
            world.log.records = FakeLog([record(PLACES[0], 0, at_ms=9)]).records
            world.hub.start_over()
            world.begin()
            await line.until(lambda: bool(line.events))
            assert line.statuses == ["reset"]
            assert line.names == [(PLACES[0], 0)]
            await line.cut()

        run(anew())

    def test_notes_what_went_out_and_nothing_else(self) -> None:
        async def watch() -> None:
            world = World()
            world.begin()
            world.record(PLACES[0], identity="x", account="mine")
            world.tick()
            assert world.shown == []
            line = Line(world, frozenset({"mine"}))
            line.cursor = Cursor(world.hub.intake.positions).encode()
            line.connect()
            await line.until(lambda: line.frames == 1)
            world.record(PLACES[2], identity="x", account="mine")
            world.record(PLACES[0], identity="y", account="theirs")
            world.tick()
            await line.until(lambda: bool(line.events))
            assert [event.transaction_id for event in world.shown] == ["x"]
            await line.cut()

        run(watch())


class TestStaleness:
    def test_is_told_and_taken_back(self) -> None:
        async def away_and_back() -> None:
            world = World()
            world.begin()
            line = Line(world)
            line.connect()
            await line.until(lambda: line.frames == 1)
            world.hub.fresh(-1e9)
            world.hub.look_at_the_age()
            await line.until(lambda: line.statuses == ["stale"])
            late = Line(world)
            late.connect()
            await late.until(lambda: late.statuses == ["stale"])
            world.hub.fresh(1e12)
            world.hub.look_at_the_age()
            await line.until(lambda: line.statuses == ["stale", "live"])
            await asyncio.gather(line.cut(), late.cut())

        run(away_and_back())
