"""Carries what is in the outbox to its consumers, and what they publish, until all is quiet."""

import json
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from messaging import registry
from messaging.consumer import Consumer
from messaging.models import OutboxMessage
from messaging.observers import Observers
from messaging.runtime import Runtime
from messaging.testing.broker import MemoryBroker
from messaging.testing.clock import FakeClock

_LONGEST: Final = 1000


@dataclass(slots=True)
class Drained:
    """What a drain has done: the rows carried to the broker, and the broker with all it holds."""

    broker: MemoryBroker
    published: int = 0


def drain(
    *consumers: type[Consumer], broker: MemoryBroker | None = None, using: str = "default"
) -> Drained:
    """Relay the outbox of `using` and run `consumers` (all registered ones, if none is named).

    Returns when nothing is left to send, read or try again; raises AssertionError when that does
    not come about. Consumers run as live: inbox, retries (in no time) and dead letters included.
    """
    drained = Drained(broker or MemoryBroker(FakeClock()))
    named = consumers or tuple(registry.consumers().values())
    seats = [_Seat(each, drained.broker) for each in named]
    for _ in range(_LONGEST):
        sent = relay(drained.broker, using=using)
        drained.published += sent
        for seat in seats:
            seat.runtime.turn()
        # The turns just taken may have published more.
        is_quiet = not sent and not _unsent(using).exists()
        if is_quiet and all(seat.is_at_rest() for seat in seats):
            for seat in seats:
                seat.runtime.leave()
            return drained
    raise AssertionError("the consumers do not come to rest")


def relay(broker: MemoryBroker, *, using: str = "default") -> int:
    """Send the outbox's unsent rows to `broker`, in order; return how many."""
    rows = list(_unsent(using).order_by("id"))
    for row in rows:
        headers = tuple((name, text.encode()) for name, text in json.loads(row.headers).items())
        payload = None if row.payload is None else bytes(row.payload)
        record = broker.produce(row.topic, payload, key=row.key.encode(), headers=headers)
        row.sent_at, row.partition, row.offset = broker.clock.now(), record.partition, record.offset
    OutboxMessage.objects.using(using).bulk_update(rows, ["sent_at", "partition", "offset"], 500)
    return len(rows)


def _unsent(using: str) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.using(using).filter(sent_at=None)


class _Seat:
    def __init__(self, consumer: type[Consumer], broker: MemoryBroker) -> None:
        self._membership = broker.membership(consumer.name)
        self.runtime = Runtime(
            consumer(),
            self._membership,
            box=broker.letter_box(),
            observers=Observers(consumer.name, ()),
            clock=broker.clock,
        )
        self.runtime.join()

    def is_at_rest(self) -> bool:
        is_waiting = any(each.is_paused for each in self.runtime.holdings)
        return self._membership.lag() == 0 and not is_waiting
