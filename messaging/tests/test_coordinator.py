"""A coordinator that moves is asked again; any other refusal is told at once."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from pytest_django import Settings

from messaging import clients, coordinator
from messaging.tests.mock_cluster import OFFSET_FETCH, MockCluster

PLACES = (TopicPartition("notes", 0), TopicPartition("notes", 1))


@pytest.fixture
def cluster(settings: Settings) -> MockCluster:
    made = MockCluster()
    made.make_topic("notes", 2)
    settings.KAFKA_BOOTSTRAP_SERVERS = made.bootstrap
    return made


@pytest.fixture
def client(cluster: MockCluster) -> Iterator[Consumer]:
    # The scripted cluster knows the older group protocol only.
    made = clients.consumer(
        "asking", group_protocol="classic", partition_assignment_strategy="range"
    )
    yield made
    made.close()


class TestCommitted:
    @pytest.mark.parametrize("code", sorted(coordinator.MOVING))
    def test_is_asked_again_while_the_coordinator_moves(
        self, cluster: MockCluster, client: Consumer, code: int
    ) -> None:
        cluster.answer_with(OFFSET_FETCH, code, code)

        found = coordinator.committed(client, PLACES, 20)

        assert [(each.topic, each.partition) for each in found] == [("notes", 0), ("notes", 1)]

    def test_gives_up_at_its_deadline(self, cluster: MockCluster, client: Consumer) -> None:
        cluster.answer_with(OFFSET_FETCH, *[KafkaError.NOT_COORDINATOR] * 1000)

        with pytest.raises(KafkaException) as caught:
            coordinator.committed(client, PLACES, 0.3)

        assert caught.value.args[0].code() == KafkaError.NOT_COORDINATOR

    def test_does_not_ask_again_where_it_was_refused(
        self, cluster: MockCluster, client: Consumer
    ) -> None:
        # Asked a second time, the cluster would give the offsets.
        cluster.answer_with(OFFSET_FETCH, KafkaError.TOPIC_AUTHORIZATION_FAILED)

        with pytest.raises(KafkaException) as caught:
            coordinator.committed(client, PLACES, 20)

        assert caught.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
