"""What is sent outside the outbox arrives, or whoever sent it is told."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import Confirmed, confirmed
from messaging.errors import DeliveryError
from messaging.tests.outbox_kit import make_topic_called
from messaging.tests.test_clients import first_values

# The first port belongs to a service of long ago.
_NOBODY = "127.0.0.1:1"


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    return make_topic_called(f"confirmed-{uuid4()}", 1)


@pytest.mark.kafka
class TestConfirmed:
    def test_is_there_after_the_block(self, topic: str) -> None:
        with confirmed() as send:
            send(topic, b"one", "k")
            send(topic, b"two", "k")

        assert first_values(topic, 2) == [b"one", b"two"]

    def test_tells_of_a_partition_that_is_not_there(self, topic: str) -> None:
        # A flush finds nothing left to deliver here, and nothing was.
        with (
            pytest.raises(DeliveryError, match=f"1 records refused, one for {topic}"),
            confirmed() as send,
        ):
            send(topic, b"lost", "k", partition=5)

    def test_waits_while_the_client_is_full(self, topic: str) -> None:
        narrow = clients.producer(queue_buffering_max_messages=2)

        with confirmed(narrow) as send:
            for number in range(10):
                send(topic, str(number))

        assert first_values(topic, 10) == [str(number).encode() for number in range(10)]


def test_tells_of_a_broker_that_does_not_answer(settings: Settings) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = _NOBODY
    lonely = clients.producer(client_id="lonely")
    sending = Confirmed(lonely)
    sending.send("notes", b"for nobody")

    with pytest.raises(DeliveryError, match="no word about 1 records"):
        sending.settle(0.2)
    clients.discard(lonely)
