"""What a process keeps at hand: the newest ticks, from which sockets that lag or return are fed."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from transactions.live.cursor import Cursor, Partition, Positions, covers, furthest
from transactions.live.presenter import PanelEvent

# The accounts whose events may be seen; None is everything, for staff.
View: TypeAlias = frozenset[str] | None
AsgiMessage: TypeAlias = dict[str, Any]


def in_order(events: Iterable[PanelEvent]) -> list[PanelEvent]:
    """Return the events by time, those of one partition in the order of their offsets.

    Clocks may differ and go back: within a partition time is taken as never falling, and a
    decision as never earlier than its request.
    """
    events = list(events)
    asked = {event.transaction_id: event.at_ms for event in events if event.kind == "received"}
    latest: dict[Partition | None, int] = {}
    keyed = []
    for number, event in enumerate(events):
        at_ms = max(event.at_ms, latest.get(event.place, 0))
        is_decided = event.kind == "decided"
        if is_decided:
            at_ms = max(at_ms, asked.get(event.transaction_id, 0))
        latest[event.place] = at_ms
        keyed.append((at_ms, is_decided, number, event))
    keyed.sort(key=lambda entry: entry[:3])
    return [entry[3] for entry in keyed]


def visible(events: Sequence[PanelEvent], view: View) -> Sequence[PanelEvent]:
    """Return those of `events` that `view` may see."""
    if view is None:
        return events
    return [event for event in events if event.account_id in view]


def frame(cursor: str, events: Iterable[PanelEvent]) -> AsgiMessage:
    """Return the message that carries `events` and the cursor behind them."""
    bodies = b",".join([event.body for event in events]).decode()
    text = f'{{"type":"frame","cursor":"{cursor}","events":[{bodies}]}}'
    return {"type": "websocket.send", "text": text}


@dataclass(slots=True)
class Tick:
    """What came in one beat: its events in order, and the positions before and behind them."""

    seq: int
    start: Positions
    end: Positions
    events: list[PanelEvent]
    cursor: str
    at_ms: int
    note_shown: Callable[[Sequence[PanelEvent]], None] = field(default=lambda _: None)
    _behind: Cursor | None = None
    _accounts: frozenset[str] | None = None
    _messages: dict[View, AsgiMessage] = field(default_factory=dict)

    @property
    def behind(self) -> Cursor:
        """Return the place behind this tick, made once for all the sockets that come there."""
        if self._behind is None:
            self._behind = Cursor(self.end, self.at_ms)
        return self._behind

    def touches(self, view: View) -> bool:
        """Say whether `view` sees any of the events."""
        if view is None:
            return bool(self.events)
        if self._accounts is None:
            self._accounts = frozenset(event.account_id for event in self.events)
        return not self._accounts.isdisjoint(view)

    def message_for(self, view: View) -> AsgiMessage:
        """Return the frame of this tick for `view`, made once however many sockets share it."""
        message = self._messages.get(view)
        if message is None:
            events = visible(self.events, view)
            self.note_shown(events)
            message = self._messages[view] = frame(self.cursor, events)
        return message


@dataclass(frozen=True, slots=True)
class Slice:
    """Events behind a position, and the cursor behind them."""

    events: list[PanelEvent]
    cursor: Cursor


class Ring:
    """The newest ticks, without a gap between them, up to about `capacity` events."""

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        self._ticks: deque[Tick] = deque()
        self._capacity = capacity
        self._count = 0
        # How often all was forgotten: what others keep of the log is void then, too.
        self.generation = 0

    @property
    def room(self) -> int:
        """Return how many more events fit in before old ones leave."""
        return max(0, self._capacity - self._count)

    @property
    def start(self) -> Positions:
        """Return the positions before the oldest tick; empty while there is none."""
        return self._ticks[0].start if self._ticks else {}

    @property
    def last(self) -> Tick | None:
        """Return the newest tick."""
        return self._ticks[-1] if self._ticks else None

    def append(self, tick: Tick) -> None:
        """Add the newest tick; the oldest ones leave when there are too many events."""
        self._ticks.append(tick)
        # A tick without events costs something too.
        self._count += len(tick.events) + 1
        while self._count > self._capacity and len(self._ticks) > 1:
            self._count -= len(self._ticks.popleft().events) + 1

    def prepend(self, start: Positions, events: list[PanelEvent]) -> None:
        """Add what stood between `start` and the oldest tick, read again from Kafka."""
        first = self._ticks[0]
        tick = Tick(first.seq - 1, start, first.start, events, cursor="", at_ms=0)
        self._ticks.appendleft(tick)
        self._count += len(events) + 1

    def clear(self) -> None:
        """Forget everything: the log is another one."""
        self._ticks.clear()
        self._count = 0
        self.generation += 1

    def newest(self, view: View, limit: int) -> list[PanelEvent]:
        """Return the last `limit` events that `view` sees, in their order."""
        found: list[PanelEvent] = []
        for tick in reversed(self._ticks):
            found[:0] = visible(tick.events, view)
            if len(found) >= limit:
                break
        return found[-limit:]

    def after(self, cursor: Cursor, view: View, limit: int) -> Slice | None:
        """Return at most `limit` events of `view` from `cursor` on; None when it is too old."""
        first = self._holding(cursor.positions)
        if first is None:
            return None
        reached = dict(cursor.positions)
        events: list[PanelEvent] = []
        at_ms = cursor.at_ms
        for tick in islice(self._ticks, first, None):
            for event in tick.events:
                if event.place is None or event.offset < reached.get(event.place, 0):
                    continue
                if len(events) == limit:
                    return Slice(events, Cursor(reached, at_ms))
                reached[event.place], at_ms = event.offset + 1, event.at_ms
                if view is None or event.account_id in view:
                    events.append(event)
            reached, at_ms = furthest(reached, tick.end), tick.at_ms
        return Slice(events, Cursor(reached, at_ms))

    def _holding(self, positions: Positions) -> int | None:
        for index in range(len(self._ticks) - 1, -1, -1):
            if covers(positions, self._ticks[index].start):
                return index
        return None
