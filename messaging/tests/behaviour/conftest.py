from collections.abc import Iterator

import pytest
from pytest_django import Settings

from messaging import runtime
from messaging.tests.behaviour.worlds import KafkaWorld, MemoryWorld, World


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.kafka)])
def world(
    request: pytest.FixtureRequest, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Give a broker of each kind in turn: what holds on one must hold on the other.

    `kafka-classic` is Kafka under the older rebalance protocol.
    """
    if request.param == "memory":
        yield MemoryWorld()
        return
    settings.KAFKA_BOOTSTRAP_SERVERS = request.getfixturevalue("kafka_bootstrap")
    settings.KAFKA_GROUP_PROTOCOL = "classic" if "classic" in request.param else "consumer"
    # The same loop, with less patience, for a test turns it by hand.
    monkeypatch.setattr(runtime, "LONGEST_POLL_SECONDS", 0.05)
    made = KafkaWorld()
    yield made
    made.close()
