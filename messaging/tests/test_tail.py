"""The tail on a real broker: it starts where it is told, and reads ranges beside that."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import confirmed
from messaging.errors import TransientError
from messaging.records import Record
from messaging.tail import TopicTail, Watermarks

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> Iterator[str]:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"tail-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, 2, 1)])[name].result(10)
    yield name
    admin.delete_topics([name])[name].result(10)


def produce(topic: str, values: list[bytes], partition: int = 0) -> None:
    producer = clients.producer(client_id=f"test-{topic}")
    with confirmed(producer) as send:
        for value in values:
            send(topic, value, b"k", partition=partition, headers=[("ce_id", value)])


def collect(tail: TopicTail, wanted: int) -> list[Record]:
    records: list[Record] = []
    deadline = time.monotonic() + 10
    while len(records) < wanted and time.monotonic() < deadline:
        records += tail.poll(100, 0.1)
    return records


class TestStart:
    def test_starts_at_the_end_and_sees_what_comes(self, topic: str) -> None:
        produce(topic, [b"old"])

        with TopicTail([topic]) as tail:
            starts = tail.start()
            produce(topic, [b"new"])
            records = collect(tail, 1)

        assert starts == {(topic, 0): 1, (topic, 1): 0}
        assert [(record.value, record.offset) for record in records] == [(b"new", 1)]
        assert records[0].header("ce_id") == "new"
        assert records[0].timestamp_ms > 0

    def test_starts_at_given_offsets(self, topic: str) -> None:
        produce(topic, [b"0", b"1", b"2"])

        with TopicTail([topic]) as tail:
            tail.start({(topic, 0): 1})
            records = collect(tail, 2)

        assert [record.value for record in records] == [b"1", b"2"]

    def test_takes_the_nearest_offset_that_the_broker_has(self, topic: str) -> None:
        produce(topic, [b"0"])

        with TopicTail([topic]) as tail:
            starts = tail.start({(topic, 0): 900, (topic, 1): -5})

        assert starts == {(topic, 0): 1, (topic, 1): 0}

    def test_says_that_a_topic_does_not_exist(self, topic: str) -> None:
        with TopicTail([f"{topic}-missing"]) as tail, pytest.raises(TransientError):
            tail.start()


class TestReadRange:
    def test_reads_beside_what_it_follows(self, topic: str) -> None:
        produce(topic, [b"%d" % number for number in range(10)])

        with TopicTail([topic]) as tail:
            tail.start()
            middle = tail.read_range(topic, 0, 3, 6)
            produce(topic, [b"new"])
            followed = collect(tail, 1)

        assert [record.value for record in middle] == [b"3", b"4", b"5"]
        assert [record.value for record in followed] == [b"new"]

    def test_leaves_out_what_is_not_there(self, topic: str) -> None:
        produce(topic, [b"0", b"1"])

        with TopicTail([topic]) as tail:
            records = tail.read_range(topic, 0, 1, 50)
            nothing = tail.read_range(topic, 1, 0, 50)

        assert [record.value for record in records] == [b"1"]
        assert nothing == []


class TestWatermarks:
    def test_are_those_of_the_broker(self, topic: str) -> None:
        produce(topic, [b"0", b"1"], partition=1)

        with TopicTail([topic]) as tail:
            marks = tail.watermarks()

        assert marks == {(topic, 0): Watermarks(0, 0), (topic, 1): Watermarks(0, 2)}
