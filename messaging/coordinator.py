"""Asks a group's coordinator for its offsets, again while the coordinator is moving."""

import time
from collections.abc import Sequence
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

# Whoever was asked is not the coordinator any more, or not yet: the next answer is another one.
MOVING: Final = frozenset(
    {
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    }
)
_PAUSE_SECONDS: Final = 0.1


def committed(
    client: Consumer, places: Sequence[TopicPartition], seconds: float
) -> list[TopicPartition]:
    """Return the committed offsets of `client`'s group at `places`, within `seconds`.

    Raises KafkaException when there is no answer by then, or one that waiting does not change.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return _ask(client, places, max(0.1, deadline - time.monotonic()))
        except KafkaException as error:
            if error.args[0].code() not in MOVING or time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


def _ask(
    client: Consumer, places: Sequence[TopicPartition], seconds: float
) -> list[TopicPartition]:
    found: list[TopicPartition] = client.committed(list(places), timeout=seconds)
    for each in found:
        if each.error is not None:
            raise KafkaException(each.error)
    return found
