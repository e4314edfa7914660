"""The saga's topics as they lie on the broker: every event from the first offset to the last."""

from collections.abc import Iterator
from typing import Any, Final, Protocol, Self

from messaging.consumer import Takes
from messaging.envelope import Decoder
from messaging.errors import PoisonError
from messaging.kafka import topic_id
from messaging.tail import TopicTail
from orders.events import (
    FraudChecked,
    OrderCancelled,
    OrderEvent,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
    StockReserved,
)

CHUNK: Final = 2000
_READ_SECONDS: Final = 30.0
_STRUCTS: Final = (
    OrderPlaced,
    OrderCancelled,
    StockReserved,
    FraudChecked,
    PaymentProcessed,
    PickingChanged,
)


class ToldEvents(Protocol):
    """What a rebuild needs to know of the topics."""

    def chunks(self) -> Iterator[list[OrderEvent]]:
        """Yield all that was ever told, in chunks, in no order that matters."""
        ...


class OrderTopics:
    """The broker's word; one thread at a time may use it."""

    def __init__(self) -> None:
        """Ask nothing yet."""
        names = sorted({each.TOPIC.name for each in _STRUCTS})
        self._tail = TopicTail(names)
        self._decoder = Decoder([Takes(each) for each in _STRUCTS], topic_id)

    def chunks(self) -> Iterator[list[OrderEvent]]:
        """Yield all that the topics hold now; records that nobody can read are left out.

        Raises TransientError while the broker is away.
        """
        for (topic, partition), marks in self._tail.watermarks().items():
            for first in range(marks.low, marks.high, CHUNK):
                last = min(first + CHUNK, marks.high)
                records = self._tail.read_range(topic, partition, first, last, _READ_SECONDS)
                opened = (self._opened(record) for record in records)
                yield [each for each in opened if each is not None]

    def _opened(self, record: Any) -> OrderEvent | None:
        try:
            message = self._decoder.decode(record)
        except PoisonError:
            return None
        return None if message is None else message.event

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tail.close()
