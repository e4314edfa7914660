"""Between the tail and the ticks: holds a decision back until its request has come."""

import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from transactions.live.cursor import Partition, Positions
from transactions.live.presenter import PanelEvent

# Requests remembered by id; older ones were shown long ago, or before this process began.
_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought: events, the positions behind them, and each partition's last time."""

    events: list[PanelEvent]
    ends: dict[Partition, int]
    times: dict[Partition, int]


class Intake:
    """Queues by partition; `take` gives what may be shown and says how far that reaches.

    A request is recorded before its decision, but in another partition, so that the decision may
    be read first. A decision whose request is not known waits until all that was recorded before
    it was read has come: then its request is among it, or never will be.
    """

    def __init__(self) -> None:
        """Nothing has come."""
        self.times: dict[Partition, int] = {}
        self._positions: dict[Partition, int] = {}
        self._ends: dict[Partition, int] = {}
        self._queues: dict[Partition, deque[tuple[PanelEvent, float]]] = {}
        self._known: OrderedDict[str, None] = OrderedDict()

    @property
    def positions(self) -> dict[Partition, int]:
        """Return the positions behind what was taken."""
        return dict(self._positions)

    @property
    def waiting(self) -> int:
        """Return how many events wait; from another thread, a recent figure."""
        return sum(len(queue) for queue in list(self._queues.values()))

    @property
    def oldest_waiting(self) -> float:
        """Return when the first of those that wait was read, in monotonic seconds."""
        return min((queue[0][1] for queue in self._queues.values() if queue), default=0.0)

    def begin(self, starts: Positions) -> None:
        """Start anew at `starts`."""
        self.times, self._positions, self._ends = {}, dict(starts), dict(starts)
        self._queues.clear()

    def put(self, batch: Batch) -> None:
        """Queue what was read; a record that came before, as after a reconnect, is left out."""
        now = time.monotonic()
        for event in batch.events:
            if event.place is not None and event.offset >= self._ends.get(event.place, 0):
                self._queues.setdefault(event.place, deque()).append((event, now))
        for place, end in batch.ends.items():
            self._ends[place] = max(end, self._ends.get(place, 0))
        self.times |= batch.times

    def take(self, *, fresh_at: float, hold: bool = True) -> list[PanelEvent]:
        """Return what may be shown, in no order yet, given that all before `fresh_at` has come.

        Without `hold` that is everything.
        """
        taken: list[PanelEvent] = []
        # Requests first, so that the decisions beside them find them: topics sort that way.
        for place in sorted(self._ends):
            queue = self._queues.get(place, deque())
            while queue and not (hold and self._is_early(*queue[0], fresh_at)):
                event, _ = queue.popleft()
                self._remember(event)
                taken.append(event)
            self._positions[place] = queue[0][0].offset if queue else self._ends[place]
        return taken

    def _is_early(self, event: PanelEvent, read_at: float, fresh_at: float) -> bool:
        is_decided = event.kind == "decided"
        return is_decided and event.transaction_id not in self._known and fresh_at < read_at

    def _remember(self, event: PanelEvent) -> None:
        if event.kind == "received":
            self._known[event.transaction_id] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
