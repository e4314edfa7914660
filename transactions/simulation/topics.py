"""Reads what the topics hold of a run: which ids, under which event ids, with which status."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from messaging.records import Record
from messaging.tail import Place, TopicTail, Watermarks
from transactions.events import TRANSACTIONS, TRANSACTIONS_RESULT

_STEP: Final = 5000
_READ_SECONDS: Final = 30.0


class _Seen(msgspec.Struct):
    id: str
    status: str = ""
    error_code: str = ""
    amount_cents: int = 0


@dataclass(slots=True)
class Carried:
    """What one topic carried of one transaction; a repeat of an event has the same event id."""

    event_ids: set[str] = field(default_factory=set)
    says: set[tuple[str, str, int]] = field(default_factory=set)
    records: int = 0


def marks() -> dict[Place, Watermarks]:
    """Return where both topics end now; raises TransientError while the broker is away."""
    with TopicTail([TRANSACTIONS.name, TRANSACTIONS_RESULT.name]) as tail:
        return tail.watermarks()


def carried_since(start: dict[Place, Watermarks]) -> dict[str, dict[str, Carried]]:
    """Return, by topic and transaction id, what was carried from `start` until now.

    Raises TransientError while the broker is away.
    """
    found: dict[str, dict[str, Carried]] = {
        topic.name: defaultdict(Carried) for topic in (TRANSACTIONS, TRANSACTIONS_RESULT)
    }
    decoder = msgspec.json.Decoder(_Seen)
    with TopicTail(found) as tail:
        for record in _records(tail, start):
            seen = decoder.decode(record.value or b"{}")
            carried = found[record.topic][seen.id]
            carried.records += 1
            carried.event_ids.add(record.header("ce_id") or "")
            carried.says.add((seen.status, seen.error_code, seen.amount_cents))
    return found


def _records(tail: TopicTail, start: dict[Place, Watermarks]) -> Iterator[Record]:
    for place, end in tail.watermarks().items():
        first = start[place].high if place in start else end.low
        for low in range(first, end.high, _STEP):
            high = min(low + _STEP, end.high)
            yield from tail.read_range(*place, low, high, timeout=_READ_SECONDS)
