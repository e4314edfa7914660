"""Declared topics: what they ask of a cluster, and how `create_topics` brings them there."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from confluent_kafka.cimpl import NewTopic
from django.core.management import CommandError, call_command
from pytest_django import Settings

from messaging import clients, cluster
from messaging.cluster import Found
from messaging.topics import Topic, TopicCatalogue, declare

DAYS_14 = str(14 * 24 * 3600 * 1000)


class TestTopicCatalogue:
    def test_refuses_two_declarations_that_differ(self) -> None:
        catalogue = TopicCatalogue()
        catalogue.declare(Topic(name="t", retention=None))

        with pytest.raises(ValueError, match="already declared"):
            catalogue.declare(Topic(name="t", retention=None, partitions=1))


class TestDeclared:
    def test_holds_the_apps_topics_and_each_consumers_dead_letters(self) -> None:
        names = {topic.name for topic in cluster.declared()}

        assert {"transactions", "transactions_result", "processor.dlq"} <= names


class TestConfigOf:
    def test_bounds_a_retention_and_the_segments_that_could_stretch_it(self) -> None:
        config = cluster.config_of(Topic(name="t", retention=timedelta(days=14)))

        assert config["cleanup.policy"] == "delete"
        assert config["retention.ms"] == DAYS_14
        assert config["segment.ms"] == str(24 * 3600 * 1000)

    def test_keeps_for_ever(self) -> None:
        config = cluster.config_of(Topic(name="t", retention=None))

        assert config["retention.ms"] == "-1"
        assert "segment.ms" not in config

    def test_compacts_and_lets_tombstones_go(self) -> None:
        config = cluster.config_of(Topic(name="t", retention=timedelta(days=14), compacted=True))

        assert config["cleanup.policy"] == "compact"
        assert config["delete.retention.ms"] == config["max.compaction.lag.ms"] == DAYS_14

    def test_asks_for_two_replicas_in_step_where_there_are_three(self, settings: Settings) -> None:
        settings.KAFKA_REPLICATION_FACTOR = 3

        assert cluster.config_of(Topic(name="t", retention=None))["min.insync.replicas"] == "2"


class TestDifferences:
    def test_are_sentences(self) -> None:
        topic = Topic(name="t", retention=timedelta(days=14))
        config = {**cluster.config_of(topic), "retention.ms": "-1"}

        said = cluster.differences(topic, Found(partitions=2, replicas=3, config=config))

        assert said[0].startswith("it has 2 partitions where 4 are declared")
        assert said[1].startswith("each partition has 3 replicas where 1 are set")
        assert said[2:] == ["retention.ms is for ever where 14 days is declared"]

    def test_are_none_when_all_is_as_declared(self) -> None:
        topic = Topic(name="t", retention=None)

        assert not cluster.differences(topic, Found(4, 1, cluster.config_of(topic)))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_topics", *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.mark.kafka
class TestCreateTopics:
    @pytest.fixture
    def topic(self, kafka_bootstrap: str, settings: Settings) -> Topic:
        settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
        return declare(Topic(name=f"topics-{uuid4()}", retention=timedelta(days=14)))

    def test_makes_what_is_missing_and_finds_it_again(self, topic: Topic) -> None:
        with pytest.raises(CommandError, match="not as declared: 1"):
            run(topic.name, "--check")

        made = run(topic.name)
        again = run(topic.name, "--check")

        assert made == f"{topic.name}: made\n"
        assert again == f"{topic.name}: as declared\n"

    def test_makes_a_compacted_one(self, topic: Topic) -> None:
        compacted = declare(
            Topic(name=f"{topic.name}-c", retention=timedelta(days=1), compacted=True)
        )

        run(compacted.name)

        assert run(compacted.name, "--check") == f"{compacted.name}: as declared\n"

    def test_says_what_differs_and_leaves_it(self, topic: Topic) -> None:
        admin = clients.admin()
        admin.create_topics([NewTopic(topic.name, 1, 1)])[topic.name].result(10)

        said = run(topic.name)

        assert f"{topic.name}: it has 1 partitions where 4 are declared" in said
        assert "retention.ms is 7 days where 14 days is declared" in said
        assert len(admin.list_topics(topic.name, timeout=10).topics[topic.name].partitions) == 1

    def test_refuses_a_name_that_nobody_declared(self) -> None:
        with pytest.raises(CommandError, match="nobody declared nothing-of-the-kind"):
            run("nothing-of-the-kind")

    def test_says_in_one_line_that_kafka_is_away(self, settings: Settings) -> None:
        settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"

        with pytest.raises(CommandError, match="no answer from Kafka"):
            run("transactions")
