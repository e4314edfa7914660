"""How far the topic of customers reaches, and how far the reader's group has come, by partition.

Asked by plain clients that join nothing: see `messaging.lag`.
"""

from typing import Final, Protocol

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from messaging import clients
from messaging.errors import TransientError
from messaging.tail import TopicTail
from televendas.events import CUSTOMERS

GROUP: Final = "televendas"
_SECONDS: Final = 5.0


class Progress(Protocol):
    """What a sweep has to know of a topic and its reader."""

    def ends(self) -> dict[int, int]:
        """Return by partition the offset that its next record will get."""
        ...

    def committed(self) -> dict[int, int]:
        """Return by partition the offset that the group reads next, where it has one."""
        ...


class KafkaProgress:
    """The broker's word; its clients live as long as this does."""

    def __init__(self, topic: str = CUSTOMERS.name, group: str = GROUP) -> None:
        """Ask about `topic` and `group` (without the settings' prefix)."""
        self._topic = topic
        self._group = group

    def ends(self) -> dict[int, int]:
        """Return by partition the offset that its next record will get; raises TransientError."""
        with TopicTail([self._topic]) as tail:
            return {place[1]: marks.high for place, marks in tail.watermarks().items()}

    def committed(self) -> dict[int, int]:
        """Return by partition the offset that the group reads next; raises TransientError."""
        client = clients.asking(self._group)
        try:
            places = [TopicPartition(self._topic, number) for number in self.ends()]
            found = client.committed(places, timeout=_SECONDS)
        except KafkaException as error:
            raise TransientError(f"the broker did not answer: {error}") from error
        finally:
            client.close()
        return {each.partition: each.offset for each in found if each.offset >= 0}

    def members(self) -> int:
        """Return how many processes are in the group now; raises TransientError.

        For commands that ask once: only the admin client can, see `messaging.lag`.
        """
        group = clients.group_id(self._group)
        # Held until the answer is there, see `messaging.clients.admin`.
        admin = clients.admin(log_level=0)
        try:
            answer = admin.describe_consumer_groups([group], request_timeout=_SECONDS)[group]
            return len(answer.result(_SECONDS).members)
        except KafkaException as error:
            if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
                return 0
            raise TransientError(f"the broker did not answer: {error}") from error
