"""A long gap is read from Kafka once, however many come back to it."""

import asyncio
from collections.abc import Mapping

import pytest

from messaging.records import Record
from transactions.live import blocks
from transactions.live.blocks import BLOCK, Blocks
from transactions.live.cursor import Cursor, Partition
from transactions.live.gaps import Gaps
from transactions.live.ring import Ring
from transactions.tests.live.events import PLACES, FakeLog, record

HERE, THERE = PLACES[:2]


class CountingLog(FakeLog):
    """A log that notes which ranges it was asked for."""

    def __init__(self, records: list[Record]) -> None:
        super().__init__(records)
        self.asked: list[Mapping[Partition, tuple[int, int]]] = []

    def read_ranges(
        self, ranges: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, list[Record]]:
        self.asked.append(dict(ranges))
        return super().read_ranges(ranges)


@pytest.fixture
def log() -> CountingLog:
    records = [
        record(place, offset, at_ms=offset)
        for place in (HERE, THERE)
        for offset in range(2 * BLOCK)
    ]
    return CountingLog(records)


def offsets(found: dict[Partition, tuple[int, list[blocks.Seen]]], place: Partition) -> list[int]:
    return [seen.offset for seen in found[place][1]]


def test_gives_what_follows_to_the_end_of_the_block(log: CountingLog) -> None:
    found = Blocks().after(log, {HERE: 10, THERE: BLOCK}, {HERE: 700, THERE: BLOCK})

    assert offsets(found, HERE) == list(range(10, BLOCK))
    assert found[HERE][0] == BLOCK
    assert THERE not in found


def test_reads_a_block_once_for_all_who_are_behind(log: CountingLog) -> None:
    kept = Blocks()
    kept.after(log, {HERE: 10}, {HERE: 700})

    found = kept.after(log, {HERE: 250}, {HERE: 900})

    assert offsets(found, HERE) == list(range(250, BLOCK))
    assert log.asked == [{HERE: (10, BLOCK)}]


def test_reads_again_what_stands_before_what_was_kept(log: CountingLog) -> None:
    kept = Blocks()
    kept.after(log, {HERE: 250}, {HERE: 700})

    assert offsets(kept.after(log, {HERE: 10}, {HERE: 700}), HERE) == list(range(10, BLOCK))


def test_keeps_no_block_whose_end_may_still_grow(log: CountingLog) -> None:
    kept = Blocks()
    assert kept.after(log, {HERE: 0}, {HERE: 100})[HERE][0] == 100

    found = kept.after(log, {HERE: 0}, {HERE: 300})

    assert offsets(found, HERE) == list(range(300))


def test_forgets_the_oldest(log: CountingLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_KEPT", 1)
    kept = Blocks()
    for begin in (0, BLOCK, 0):
        kept.after(log, {HERE: begin}, {HERE: 2 * BLOCK})

    assert len(log.asked) == 3


def test_forgets_all_of_a_log_that_is_gone() -> None:
    old, new = (
        CountingLog([record(HERE, n, at_ms=n, identity=f"{name}-{n}") for n in range(BLOCK)])
        for name in ("old", "new")
    )
    ring = Ring(10)
    log = [old]
    gaps = Gaps(ring, lambda: log[0])

    async def told() -> set[str]:
        piece = await gaps.step(Cursor({HERE: 0}), {HERE: BLOCK})
        return {event.transaction_id.split("-")[0] for event in piece.events}

    async def through_a_replacement() -> list[set[str]]:
        before = await told()
        old.records = new.records
        ring.clear()
        return [before, await told()]

    assert asyncio.run(through_a_replacement()) == [{"old"}, {"new"}]
