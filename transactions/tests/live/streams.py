"""What the tests of the real socket share: transactions on Kafka, and a panel that is open."""

from collections.abc import Iterable
from typing import Any

from confluent_kafka import Producer

from transactions.tests.live import wire


def of(account: str, events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["transaction"]["account_id"] == account]


def publish(producer: Producer, account: str, count: int) -> set[tuple[str, str]]:
    """Produce `count` transactions of `account`; return (kind, id) of all their events."""
    requests = [wire.received(account) for _ in range(count)]
    wire.produce(producer, (event for r in requests for event in (r, wire.decided(r))))
    return {(kind, request.id) for request in requests for kind in ("received", "decided")}


async def opened(url: str, session: str) -> wire.Panel:
    panel = wire.Panel(url, session)
    await begin(panel)
    return panel


async def begin(panel: wire.Panel) -> None:
    await panel.open()
    await panel.resume()
    await panel.take()
