"""The client factory, against a real broker."""

import logging
import os
from uuid import uuid4

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients

pytestmark = pytest.mark.kafka
# The first port belongs to a service of long ago.
_NOBODY = "127.0.0.1:1"


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"clients-{uuid4()}"
    admin = clients.admin()
    for future in admin.create_topics([NewTopic(name, 1, 1)]).values():
        future.result(10)
    return name


def first_values(topic: str, count: int) -> list[bytes | None]:
    reader = clients.tail_consumer()
    reader.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    values = [record.value() for record in reader.consume(count, timeout=10)]
    reader.close()
    return values


class TestAsking:
    def test_leaves_no_lines_to_whoever_never_polls(
        self, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.KAFKA_BOOTSTRAP_SERVERS = _NOBODY
        caplog.set_level(logging.DEBUG, "messaging.client")

        assert lines_after_an_outage(clients.tail_consumer(), caplog) > 0
        assert lines_after_an_outage(clients.asking(), caplog) == 0


def lines_after_an_outage(client: Consumer, caplog: pytest.LogCaptureFixture) -> int:
    """Return how many lines had piled up in the client while it was asked and not polled."""
    caplog.clear()
    with pytest.raises(KafkaException):
        client.list_topics(timeout=1)
    client.poll(0.5)
    client.close()
    return len(caplog.records)


class TestProducer:
    def test_is_one_per_process(self, topic: str) -> None:
        assert clients.producer() is clients.producer()

    def test_delivers_what_flush_waits_for(self, topic: str) -> None:
        clients.producer().produce(topic, b"hello")

        assert clients.flush() == 0

        assert first_values(topic, 1) == [b"hello"]

    def test_made_before_a_fork_is_made_anew_in_the_child(self, topic: str) -> None:
        clients.producer()

        child = os.fork()
        if child == 0:
            clients.producer().produce(topic, b"from the child")
            os._exit(clients.flush())

        assert os.waitpid(child, 0)[1] == 0
        assert first_values(topic, 1) == [b"from the child"]
