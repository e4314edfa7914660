"""The table of consumers, walked: each can be run, read from, and asked for by its owner."""

import re

import pytest
from prometheus_client.metrics import MetricWrapperBase

from messaging import explain, metrics, registry
from messaging.consumer import Consumer
from messaging.errors import UnknownConsumerError
from messaging.topics import catalogue

LABELS = {"consumer", "topic", "error", "lease", "database", "table", "reason"}


@pytest.mark.parametrize("consumer", registry.consumers().values(), ids=registry.consumers())
class TestConsumer:
    def test_has_a_name_fit_for_group_topic_and_label(self, consumer: type[Consumer]) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", consumer.name)

    def test_names_its_owner(self, consumer: type[Consumer]) -> None:
        assert consumer.owner

    def test_reads_declared_topics(self, consumer: type[Consumer]) -> None:
        assert all(catalogue.get(topic) for topic in registry.topics_of(consumer))

    def test_explains_itself(self, consumer: type[Consumer]) -> None:
        assert consumer.name in explain.explain(consumer)


class TestRegistry:
    def test_names_the_known_ones_when_asked_for_another(self) -> None:
        with pytest.raises(UnknownConsumerError, match="processor"):
            registry.get("nobody")


class TestMetrics:
    def test_carry_names_from_the_code_and_never_ids(self) -> None:
        named = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]

        assert named
        assert {label for each in named for label in each._labelnames} <= LABELS
