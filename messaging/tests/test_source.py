"""Reading single records again: whatever the order of the questions, each gets its own record."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.broker import Partition
from messaging.confirmed import confirmed
from messaging.errors import MissingTopicError, TransientError
from messaging.source import KafkaSource

pytestmark = pytest.mark.kafka
RECORDS = 50


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> Iterator[str]:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"source-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, 2, 1)])[name].result(10)
    for partition in (0, 1):
        produce(name, partition)
    yield name
    admin.delete_topics([name])[name].result(10)


@pytest.fixture
def source(topic: str) -> Iterator[KafkaSource]:
    assert topic
    made = KafkaSource()
    yield made
    made.close()


def produce(topic: str, partition: int) -> None:
    producer = clients.producer(client_id=f"test-{topic}")
    with confirmed(producer) as send:
        for number in range(RECORDS):
            send(topic, f"{partition}/{number}", partition=partition)


def read(source: KafkaSource, topic: str, partition: int, offset: int) -> bytes | None:
    record = source.read(Partition(topic, partition), offset)
    return None if record is None else record.value


@pytest.mark.parametrize(
    "offsets",
    [
        [*range(RECORDS)],
        [0, 7, 8, 40, 49],
        [49, 0, 48, 1],
        [5, 5, 4, 5],
    ],
)
def test_gives_each_offset_its_record(source: KafkaSource, topic: str, offsets: list[int]) -> None:
    found = [read(source, topic, 0, offset) for offset in offsets]

    assert found == [f"0/{offset}".encode() for offset in offsets]


def test_goes_from_one_partition_to_another_and_back(source: KafkaSource, topic: str) -> None:
    found = [read(source, topic, partition, 3) for partition in (0, 1, 0, 1)]

    assert found == [b"0/3", b"1/3", b"0/3", b"1/3"]


def test_an_offset_past_the_end_is_none_until_it_is_written(
    source: KafkaSource, topic: str
) -> None:
    assert read(source, topic, 0, RECORDS - 1) == b"0/49"
    assert read(source, topic, 0, RECORDS) is None

    produce(topic, 0)

    assert read(source, topic, 0, RECORDS) == b"0/0"


def test_what_retention_took_is_none_and_what_is_left_is_read(
    source: KafkaSource, topic: str
) -> None:
    admin, place = clients.admin(), TopicPartition(topic, 0, 20)
    admin.delete_records([place])[place].result(10)

    assert [read(source, topic, 0, offset) for offset in (3, 19)] == [None, None]
    assert read(source, topic, 0, 20) == b"0/20"


def test_a_topic_that_is_gone_is_told_from_a_broker_that_is_away(source: KafkaSource) -> None:
    with pytest.raises(MissingTopicError):
        source.topic_id(f"never-made-{uuid4()}")


def test_a_broker_that_is_away_is_told_as_passing(settings: Settings) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"
    source = KafkaSource()

    with pytest.raises(TransientError):
        source.read(Partition("transactions", 0), 0)

    source.close()
