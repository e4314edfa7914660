"""The adapter's own edges, against the client library's scripted cluster."""

import time
from collections.abc import Iterator, Sequence

import pytest
from confluent_kafka import KafkaError, KafkaException
from pytest_django import Settings

from messaging.broker import Assignment, Partition
from messaging.kafka import KafkaMembership
from messaging.tests.mock_cluster import OFFSET_FETCH, MockCluster

PATIENCE_SECONDS = 30.0


class Listener:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.given: list[Assignment] = []

    def on_assigned(self, assignments: Sequence[Assignment]) -> None:
        self.given.extend(assignments)

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """Take no note."""


@pytest.fixture
def cluster(settings: Settings) -> MockCluster:
    made = MockCluster()
    made.make_topic("notes", 1)
    settings.KAFKA_BOOTSTRAP_SERVERS = made.bootstrap
    # The only protocol that the scripted cluster speaks.
    settings.KAFKA_GROUP_PROTOCOL = "classic"
    return made


@pytest.fixture
def membership(cluster: MockCluster) -> Iterator[KafkaMembership]:
    made = KafkaMembership("adapter")
    yield made
    made.leave()


def poll_until_assigned(membership: KafkaMembership, listener: Listener) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not listener.given:
        assert time.monotonic() < deadline, "no partition was assigned"
        membership.poll(1, 0.1)


class TestAssignment:
    def test_that_cannot_be_looked_up_is_raised_by_the_next_poll(
        self, cluster: MockCluster, membership: KafkaMembership
    ) -> None:
        listener = Listener()
        cluster.answer_with(OFFSET_FETCH, KafkaError.GROUP_AUTHORIZATION_FAILED)
        membership.join(["notes"], listener)

        with pytest.raises(KafkaException) as caught:
            poll_until_assigned(membership, listener)

        assert caught.value.args[0].code() == KafkaError.GROUP_AUTHORIZATION_FAILED
        assert listener.given == []

    def test_is_looked_up_again_while_the_coordinator_moves(
        self, cluster: MockCluster, membership: KafkaMembership
    ) -> None:
        listener = Listener()
        cluster.answer_with(OFFSET_FETCH, *[KafkaError.NOT_COORDINATOR] * 2)
        membership.join(["notes"], listener)

        poll_until_assigned(membership, listener)

        (given,) = listener.given
        assert (given.partition, given.is_committed) == (Partition("notes", 0), False)
