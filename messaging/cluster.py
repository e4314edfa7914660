"""Brings the declared topics to a cluster, and says in words where a cluster has them otherwise."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import ConfigResource  # type: ignore[attr-defined]  # its face
from confluent_kafka.cimpl import NewTopic
from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from messaging import clients, registry
from messaging.errors import TransientError
from messaging.topics import SEGMENT_SPAN, Topic, catalogue, dead_letter_topic

_SECONDS: Final = 10.0
_FIRST_ANSWER_SECONDS: Final = 5.0
_FOR_EVER: Final = -1
_SAFE_REPLICAS: Final = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as the cluster has it: its partitions, copies of each, and all its settings."""

    partitions: int
    replicas: int
    config: Mapping[str, str]


def declared() -> list[Topic]:
    """Return every topic of the installed apps and each consumer's dead-letter topic, by name."""
    autodiscover_modules("events")
    letters = [dead_letter_topic(name) for name in registry.consumers()]
    return sorted([*catalogue.all(), *letters], key=lambda topic: topic.name)


def config_of(topic: Topic) -> dict[str, str]:
    """Return the topic's settings in Kafka's own names, times in milliseconds."""
    config = {"min.insync.replicas": "2" if _is_replicated() else "1"}
    span = _milliseconds(topic.retention)
    if topic.compacted:
        # The lag makes sure that what was superseded or deleted leaves the log at all.
        bounds = {"delete.retention.ms": span, "max.compaction.lag.ms": span}
        return config | {"cleanup.policy": "compact"} | (bounds if topic.retention else {})
    config |= {"cleanup.policy": "delete", "retention.ms": span}
    # A record stays until its whole segment is old enough: short segments bound the surplus.
    return config | ({"segment.ms": _milliseconds(SEGMENT_SPAN)} if topic.retention else {})


def differences(topic: Topic, found: Found) -> list[str]:
    """Return a sentence for each point in which the cluster has `topic` otherwise."""
    said = []
    if found.partitions != topic.partitions:
        said.append(
            f"it has {found.partitions} partitions where {topic.partitions} are declared"
            " (more can be added, but a key's later records would go elsewhere)"
        )
    if found.replicas != settings.KAFKA_REPLICATION_FACTOR:
        said.append(
            f"each partition has {found.replicas} replicas where"
            f" {settings.KAFKA_REPLICATION_FACTOR} are set (KAFKA_REPLICATION_FACTOR)"
        )
    said += [
        f"{name} is {_in_words(name, found.config.get(name, 'not set'))}"
        f" where {_in_words(name, wanted)} is declared"
        for name, wanted in config_of(topic).items()
        if found.config.get(name) != wanted
    ]
    return said


class Cluster:
    """The cluster of the settings; everything raises TransientError while it is away."""

    def __init__(self) -> None:
        """Connect."""
        self._admin = clients.admin()

    def find(self, topics: Iterable[Topic]) -> dict[str, Found]:
        """Return those of `topics` that exist, as the cluster has them, by name."""
        try:
            listed = self._admin.list_topics(timeout=_FIRST_ANSWER_SECONDS).topics
        except KafkaException as error:
            self._admin.poll(0)  # Logs why, which the error does not tell.
            raise TransientError(f"no answer from Kafka: {error.args[0].str()}") from error
        names = [topic.name for topic in topics if topic.name in listed]
        configs = self._configs(names)
        return {
            name: Found(
                partitions=len(listed[name].partitions),
                replicas=len(listed[name].partitions[0].replicas),
                config=configs[name],
            )
            for name in names
        }

    def create(self, topics: Iterable[Topic]) -> None:
        """Make `topics`; one that somebody has made meanwhile is left as it is.

        Raises KafkaException with the cluster's reason when it refuses.
        """
        new = [
            NewTopic(
                topic.name,
                topic.partitions,
                settings.KAFKA_REPLICATION_FACTOR,
                config=config_of(topic),
            )
            for topic in topics
        ]
        for future in (self._admin.create_topics(new) if new else {}).values():
            try:
                future.result(_SECONDS)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        answers: dict[Any, dict[str, Any]] = _results(self._admin.describe_configs(asked))
        return {
            resource.name: {entry.name: str(entry.value) for entry in entries.values()}
            for resource, entries in answers.items()
        }


def _results(futures: Mapping[Any, "Future[T]"]) -> dict[Any, T]:
    return {key: future.result(_SECONDS) for key, future in futures.items()}


def _is_replicated() -> bool:
    return settings.KAFKA_REPLICATION_FACTOR >= _SAFE_REPLICAS


def _milliseconds(span: timedelta | None) -> str:
    return str(_FOR_EVER if span is None else span // timedelta(milliseconds=1))


def _in_words(name: str, value: str) -> str:
    if not name.endswith(".ms") or not value.lstrip("-").isdigit():
        return value
    if int(value) == _FOR_EVER:
        return "for ever"
    span = timedelta(milliseconds=int(value))
    return f"{span.days} days" if span == timedelta(days=span.days) else f"{span} (h:mm:ss)"
