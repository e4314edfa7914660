"""The client factory, against a real broker."""

import os
from uuid import uuid4

import pytest
from confluent_kafka import OFFSET_BEGINNING, TopicPartition
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"clients-{uuid4()}"
    admin = clients.admin()
    for future in admin.create_topics([NewTopic(name, 1, 1)]).values():
        future.result(60)
    return name


def first_values(topic: str, count: int) -> list[bytes | None]:
    reader = clients.tail_consumer()
    reader.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    values = [record.value() for record in reader.consume(count, timeout=60)]
    reader.close()
    return values


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
