"""The relay on a real broker, for the tests of what it sends."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from messaging.relay import Relay


@pytest.fixture
def broker(kafka_bootstrap: str, settings: Settings) -> None:
    """Let this process's clients find the broker; a lease lasts for the whole test."""
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    settings.MESSAGING_LEASE_SECONDS = 60


@pytest.fixture
def relay(broker: None) -> Iterator[Relay]:
    """Give a relay that has the lease."""
    relay = Relay(batch=200)
    assert relay.lease.acquire()
    yield relay
    relay.close()
