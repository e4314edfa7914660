"""What retention took is told from the database: from both ends exactly where that can be known."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging.models import OutboxMessage
from transactions.live.cursor import TOPICS, Cursor
from transactions.live.partitioning import murmur2, partition_of
from transactions.tests.live.events import PLACES, FakeLog, record
from transactions.tests.live.rows import stored
from transactions.tests.live.world import Line, World

NOW = datetime.now(UTC).replace(microsecond=0)
ASKED = PLACES[:2]


def at_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def told(line: Line) -> list[tuple[str, str]]:
    return [(event["kind"], event["transaction"]["id"]) for event in line.events]


async def watched(world: World, cursor: Cursor, expected: int) -> Line:
    world.begin()
    line = Line(world)
    line.cursor = cursor.encode()
    line.connect()
    await line.until(lambda: len(line.events) >= expected)
    await line.cut()
    return line


@pytest.mark.django_db(transaction=True)
class TestRetention:
    def test_is_filled_from_the_database_by_time(self) -> None:
        times = [NOW - timedelta(days=20) + timedelta(hours=n) for n in range(6)]
        rows = [
            stored("a", id=f"t{n}", created_at=at, processed_at=at + timedelta(seconds=1))
            for n, at in enumerate(times)
        ]
        # Of the six, Kafka keeps the last two; before the cursor stand the first two.
        kept = [
            record(place_of(TOPICS[kind], row.id), 100 + n, at_ms=at_ms(at), identity=row.id)
            for n, row in enumerate(rows)
            if n > 3
            for kind, at in enumerate((row.created_at, row.processed_at or NOW))
        ]
        lows = dict.fromkeys(PLACES, 100)
        world = World(log=FakeLog(kept, lows))
        cursor = Cursor(dict.fromkeys(PLACES, 50), at_ms(times[1] + timedelta(seconds=2)))

        line = asyncio.run(watched(world, cursor, 8))

        expected = {(kind, f"t{n}") for n in range(2, 6) for kind in ("received", "decided")}
        assert set(told(line)) >= expected
        # The neighbourhood of the seam may come again, and nothing else.
        assert set(told(line)) <= expected | {("received", "t1"), ("decided", "t1")}
        lost = [event for event in line.events if event["offset"] is None]
        assert {event["transaction"]["id"] for event in lost} <= {"t1", "t2", "t3"}

    def test_is_exact_where_the_outbox_knows_the_offsets(self) -> None:
        place = ASKED[0]
        for n in range(6):
            row = stored("a", "pending", id=f"t{n}", created_at=NOW + timedelta(seconds=n))
            OutboxMessage.objects.create(
                event_id=row.id,
                topic=place[0],
                key=row.id,
                headers="{}",
                created_at=NOW,
                sent_at=NOW,
                partition=place[1],
                offset=n,
            )
        kept = [record(place, n, at_ms=at_ms(NOW) + 1000 * n, identity=f"t{n}") for n in (4, 5)]
        world = World(log=FakeLog(kept, {place: 4}))
        cursor = Cursor({place: 2}, at_ms(NOW + timedelta(seconds=1)))

        line = asyncio.run(watched(world, cursor, 4))

        assert line.names == [(place, n) for n in (2, 3, 4, 5)]

    def test_of_a_merchant_tells_nothing_of_another(self) -> None:
        for account in ("mine", "theirs"):
            at = NOW - timedelta(days=19)
            stored(account, id=f"of-{account}", created_at=at, processed_at=at)
        world = World(log=FakeLog([], dict.fromkeys(PLACES, 5)))
        world.begin()
        cursor = Cursor(dict.fromkeys(PLACES, 0), at_ms(NOW - timedelta(days=20)))

        async def watch() -> Line:
            line = Line(world, frozenset({"mine"}))
            line.cursor = cursor.encode()
            line.connect()
            await line.until(lambda: len(line.events) >= 2)
            await line.cut()
            return line

        line: Any = asyncio.run(watch())

        assert {event["transaction"]["id"] for event in line.events} == {"of-mine"}


def place_of(topic: str, key: str) -> tuple[str, int]:
    return topic, partition_of(key, 2)


class TestMurmur2:
    @pytest.mark.parametrize(
        ("key", "signed"),
        [
            (b"21", -973932308),
            (b"foobar", -790332482),
            (b"a-little-bit-long-string", -985981536),
            (b"a-little-bit-longer-string", -1486304829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
            (b"abc", 479470107),
        ],
    )
    def test_agrees_with_kafkas_own_table(self, key: bytes, signed: int) -> None:
        assert murmur2(key) == signed & 0xFFFFFFFF
