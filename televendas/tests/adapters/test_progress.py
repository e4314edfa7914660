"""What a sweep and a rebuild ask of a real broker: ends, committed offsets, members, records."""

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import confirmed
from messaging.errors import TransientError
from televendas.adapters.progress import KafkaProgress
from televendas.adapters.topic_reading import TopicReading

PARTITIONS = 3
DEADLINE_SECONDS = 30.0


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> str:
    """Make a topic with five records on each partition."""
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"customers-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(20)
    with confirmed() as send:
        for number in range(5 * PARTITIONS):
            send(name, str(number), partition=number % PARTITIONS)
    return name


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"


@pytest.mark.kafka
class TestProgress:
    def test_tells_ends_and_what_the_group_has_committed(self, topic: str) -> None:
        group = f"televendas-{uuid4()}"
        progress = KafkaProgress(topic, group)
        assert progress.ends() == {0: 5, 1: 5, 2: 5}
        assert progress.committed() == {}

        member = clients.consumer(group)
        member.commit(offsets=[TopicPartition(topic, 1, 4)], asynchronous=False)
        member.close()

        assert progress.committed() == {1: 4}

    def test_counts_the_processes_in_the_group(self, topic: str) -> None:
        group = f"televendas-{uuid4()}"
        progress = KafkaProgress(topic, group)
        assert progress.members() == 0

        member = clients.consumer(group)
        member.subscribe([topic])
        # It is in the group once it polls, and goes on being so for as long as it does.
        wait_for(lambda: member.poll(0.1) is None and progress.members() == 1)
        member.close()

        wait_for(lambda: progress.members() == 0)

    def test_a_broker_that_is_away_is_trouble_that_passes(self, settings: Settings) -> None:
        settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"

        with pytest.raises(TransientError):
            KafkaProgress("customers", "televendas").ends()

    def test_reads_all_once_in_the_partitions_order(self, topic: str) -> None:
        with TopicReading(topic) as reading:
            offsets = reading.offsets
            records = [each for batch in reading.batches() for each in batch]

        assert offsets == len(records) == 5 * PARTITIONS
        for partition in range(PARTITIONS):
            own = [each.offset for each in records if each.partition == partition]
            assert own == [0, 1, 2, 3, 4]
