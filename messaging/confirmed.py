"""Produces records outside the outbox and reads every delivery report: a flush looks at none.

For simulators, tests and benchmarks; what the product itself has to say goes through the outbox.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import KafkaError, Producer

from messaging import clients
from messaging.errors import DeliveryError

Send = Callable[..., None]


class Confirmed:
    """Sends records, and tells whether the broker has every one of them."""

    def __init__(self, producer: Producer | None = None) -> None:
        """Send through `producer`, or else through the process's own."""
        self._producer = producer
        self._refused: list[tuple[str, KafkaError]] = []

    def send(self, topic: str, value: Any, key: Any = None, **options: Any) -> None:
        """Hand over one record, `options` as for `produce`; waits while the client is full."""
        client = self._client()
        while True:
            try:
                client.produce(topic, value, key, on_delivery=self._report, **options)
            except BufferError:
                client.poll(0.1)
            else:
                client.poll(0)
                return

    def settle(self, seconds: float = clients.FLUSH_SECONDS) -> None:
        """Return once the broker has everything; raises DeliveryError when it has not.

        A partition that a topic has just been given is refused as unknown, at once, by a client
        that has not been told of it yet.
        """
        left = self._client().flush(seconds)
        if self._refused:
            topic, error = self._refused[0]
            count = len(self._refused)
            raise DeliveryError(f"{count} records refused, one for {topic}: {error.name()}")
        if left:
            raise DeliveryError(f"no word about {left} records within {seconds} s")

    def _client(self) -> Producer:
        return self._producer or clients.producer()

    def _report(self, error: KafkaError | None, message: Any) -> None:
        if error is not None:
            self._refused.append((message.topic(), error))


@contextmanager
def confirmed(producer: Producer | None = None) -> Iterator[Send]:
    """Give `send` of a `Confirmed`, which settles at the end of the block."""
    made = Confirmed(producer)
    yield made.send
    made.settle()
