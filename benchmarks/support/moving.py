"""Moves a consumer to another topic and group, so that a benchmark leaves the real ones alone."""

from typing import ClassVar

from messaging.consumer import Consumer, Takes
from messaging.events import Event
from messaging.topics import Topic


def moved(consumer: type[Consumer], topic: str, suffix: str) -> type[Consumer]:
    """Return `consumer` as it is, but reading `topic` in the group `<its name>-<suffix>`."""
    place = Topic(name=topic, retention=None)
    takes = tuple(
        Takes(_moved(each.struct, place), each.default, each.opens) for each in consumer.takes
    )
    members = {"name": f"{consumer.name}-{suffix}", "takes": takes}
    return type(consumer.__name__, (consumer,), members)


def _moved(struct: type[Event], topic: Topic) -> type[Event]:
    class Moved(struct, frozen=True, kw_only=True):  # type: ignore[valid-type, misc, call-arg]
        TOPIC: ClassVar[Topic] = topic

    return Moved
