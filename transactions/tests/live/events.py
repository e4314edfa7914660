"""Makes panel events and the log that they stand in, without a broker."""

from collections.abc import Iterable, Mapping

from messaging.records import Record
from messaging.tail import Watermarks
from transactions.live.cursor import TOPICS, Partition
from transactions.live.presenter import PanelEvent, present
from transactions.tests.live import wire

PLACES = [(topic, partition) for topic in TOPICS for partition in range(2)]


def record(
    place: Partition, offset: int, *, at_ms: int, identity: str = "", account: str = "a"
) -> Record:
    request = wire.received(account, identity or f"{place[1]}-{offset}")
    event = request if place[0] == TOPICS[0] else wire.decided(request)
    headers = (("ce_type", event.TYPE.encode()),)
    return Record(*place, offset, request.id.encode(), event.encode(), at_ms, headers)


def event(
    place: Partition, offset: int, *, at_ms: int = 0, identity: str = "", account: str = "a"
) -> PanelEvent:
    made = present(record(place, offset, at_ms=at_ms, identity=identity, account=account))
    assert made is not None
    return made


def names(events: Iterable[PanelEvent]) -> list[tuple[Partition | None, int]]:
    return [(each.place, each.offset) for each in events]


class FakeLog:
    """Records in memory, from an offset on, as a broker with retention keeps them."""

    def __init__(self, records: Iterable[Record], low: Mapping[Partition, int] | None = None):
        self.records: dict[Partition, list[Record]] = {place: [] for place in PLACES}
        for each in records:
            self.records[each.topic, each.partition].append(each)
        self.low = dict(low or {})
        self.reads = 0

    def watermarks(self) -> dict[Partition, Watermarks]:
        return {
            place: Watermarks(
                self.low.get(place, 0),
                1 + max((r.offset for r in kept), default=self.low.get(place, 0) - 1),
            )
            for place, kept in self.records.items()
        }

    def read_ranges(
        self, ranges: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, list[Record]]:
        self.reads += 1
        return {
            place: [
                record
                for record in self.records[place]
                if max(start, self.low.get(place, 0)) <= record.offset < stop
            ]
            for place, (start, stop) in ranges.items()
        }
