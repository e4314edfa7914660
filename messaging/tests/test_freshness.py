"""The newest record's age on a real broker: known at once, renewed by what comes."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import confirmed
from messaging.freshness import Freshness

pytestmark = pytest.mark.kafka
_HOUR_SECONDS = 3600


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    return f"freshness-{uuid4()}"


@pytest.fixture
def watched(topic: str) -> Iterator[Freshness]:
    """Give a watch on the topic, which need not be there yet."""
    freshness = Freshness(topic, limit_seconds=60)
    thread = threading.Thread(target=freshness.run)
    thread.start()
    yield freshness
    freshness.stop()
    thread.join(20)
    assert not thread.is_alive()


def write(topic: str, seconds_ago: float) -> None:
    admin = clients.admin()
    if topic not in admin.list_topics(timeout=10).topics:
        admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(10)
    producer = clients.producer(client_id=f"test-{topic}")
    written_ms = int((time.time() - seconds_ago) * 1000)
    with confirmed(producer) as send:
        send(topic, b"beat", b"k", timestamp=written_ms)


def wait_until(is_true: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not is_true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


class TestFreshness:
    def test_is_stale_by_a_record_that_was_there_before_and_well_by_a_new_one(
        self, topic: str, watched: Freshness
    ) -> None:
        assert watched.trouble() == "no record yet"

        write(topic, seconds_ago=_HOUR_SECONDS)
        wait_until(lambda: watched.age() < float("inf"))
        trouble = watched.trouble()
        write(topic, seconds_ago=0)
        wait_until(lambda: watched.trouble() is None)

        assert trouble is not None
        assert trouble.startswith("newest record 36")
        assert watched.age() < 60
