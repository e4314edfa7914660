"""Keeps the last blocks of records that gaps were filled from: many who are behind read the same.

After a restart or a broken network a crowd comes back with cursors of the same minute. Reading and
parsing the log once for each of them would take all of the process's time.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from messaging.records import Record
from transactions.live.cursor import Partition, Positions
from transactions.live.presenter import PanelEvent, present

BLOCK: Final = 500
# At about 1 KB an event: 32 MB at most, and only once there was a long gap.
_KEPT: Final = 64


class Seen(NamedTuple):
    """A record as a gap needs it: where, when, and the event if it is one of ours."""

    offset: int
    at_ms: int
    event: PanelEvent | None


class Ranges(Protocol):
    """What is asked of Kafka."""

    def read_ranges(
        self, ranges: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, list[Record]]:
        """Return the records of each partition from its first offset to before its last."""


class Blocks:
    """Reads the log by blocks of offsets; safe to use from several threads."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: OrderedDict[tuple[Partition, int], tuple[int, list[Seen]]] = OrderedDict()
        self._lock = threading.Lock()

    def after(
        self, log: Ranges, start: Positions, stop: Positions
    ) -> dict[Partition, tuple[int, list[Seen]]]:
        """Return for each partition what follows `start`, to its block's end or to `stop`.

        The number is the offset behind what was looked through; partitions that are already at
        `stop` are left out.
        """
        spans = {
            place: (begin, min(end, (begin // BLOCK + 1) * BLOCK))
            for place, end in stop.items()
            if (begin := start.get(place, 0)) < end
        }
        found = {place: self._look_up(place, *span) for place, span in spans.items()}
        missing = {place: span for place, span in spans.items() if found[place] is None}
        for place, records in (log.read_ranges(missing) if missing else {}).items():
            seen = [Seen(each.offset, each.timestamp_ms, present(each)) for each in records]
            found[place] = seen
            self._keep(place, *missing[place], seen)
        return {place: (until, found[place] or []) for place, (_, until) in spans.items()}

    def _look_up(self, place: Partition, begin: int, until: int) -> list[Seen] | None:
        with self._lock:
            first, seen = self._kept.get((place, begin // BLOCK), (until, []))
            if begin < first:
                return None
            self._kept.move_to_end((place, begin // BLOCK))
        return [each for each in seen if begin <= each.offset < until]

    def _keep(self, place: Partition, begin: int, until: int, seen: list[Seen]) -> None:
        """Keep what reaches to its block's end: of the others more may have come since."""
        if until % BLOCK:
            return
        with self._lock:
            self._kept[place, begin // BLOCK] = (begin, seen)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
