"""What the topics' retention took before a client came back for it: where, and until when."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from transactions.live.cursor import Cursor, Partition
from transactions.live.gaps import Gaps
from transactions.live.partitioning import partition_of
from transactions.live.presenter import PanelEvent, present

# A record is written a little after the time that its row bears, and neighbours may swap.
SLACK_MS: Final = 60_000
# Of a cursor that knows no time, a day is told.
_DAY_MS: Final = 86_400_000
# So many of the first records that are still there are known by name, against telling them twice.
_NAMED: Final = 100


@dataclass(frozen=True, slots=True)
class Loss:
    """What was taken between `cursor` and `lows`, the first offset that each partition still has.

    Of those partitions, `untils` holds the time of that first record (or now), in milliseconds.
    `kept` names the first records still there, by kind and id; `partitions` is how many a topic
    has.
    """

    cursor: Cursor
    lows: Mapping[Partition, int]
    untils: Mapping[Partition, int]
    kept: frozenset[tuple[str, str]]
    partitions: Mapping[str, int]

    @property
    def since_ms(self) -> int:
        """Return the time from which on events may have been taken."""
        at_ms = self.cursor.at_ms
        return at_ms - SLACK_MS if at_ms else max(self.untils.values()) - _DAY_MS

    @property
    def mended(self) -> Cursor:
        """Return the cursor behind all that was taken."""
        positions = {**self.cursor.positions, **self.lows}
        return Cursor(positions, max(self.cursor.at_ms, *self.untils.values()))

    def took(self, event: PanelEvent) -> bool:
        """Say whether Kafka would have told `event` after the cursor, and no longer can.

        Exact where the outbox still knows the offset; else by time, with `SLACK_MS` told twice.
        """
        if event.place is not None:
            wanted = self.cursor.positions.get(event.place, 0)
            return wanted <= event.offset < self.lows.get(event.place, 0)
        topic = event.topic
        place = (topic, partition_of(event.transaction_id, self.partitions[topic]))
        is_in_time = self.since_ms < event.at_ms < self.untils.get(place, 0)
        return is_in_time and (event.kind, event.transaction_id) not in self.kept


async def find_loss(gaps: Gaps, cursor: Cursor) -> Loss | None:
    """Return what is gone between `cursor` and what Kafka keeps; None when nothing is."""
    bounds = await gaps.bounds()
    lows = {
        place: marks.low
        for place, marks in bounds.items()
        if cursor.positions.get(place, 0) < marks.low
    }
    if not lows:
        return None
    first = await gaps.records(
        {place: (low, min(low + _NAMED, bounds[place].high)) for place, low in lows.items()}
    )
    now_ms = round(time.time() * 1000)
    events = (present(record) for records in first.values() for record in records)
    topics = [topic for topic, _ in bounds]
    return Loss(
        cursor=cursor,
        lows=lows,
        untils={p: rs[0].timestamp_ms if rs else now_ms for p, rs in first.items()},
        kept=frozenset((e.kind, e.transaction_id) for e in events if e is not None),
        partitions={topic: topics.count(topic) for topic in topics},
    )
