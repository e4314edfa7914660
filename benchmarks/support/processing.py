"""A topic full of transactions, and a processor of its own that reads it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
from confluent_kafka.cimpl import NewTopic
from django.db import connection
from uuid_utils.compat import uuid7

from cards.installation import vault
from messaging import clients, outbox, topics
from messaging.confirmed import confirmed
from messaging.consumer import Message, Takes
from messaging.topics import Topic
from transactions.consumers.processor import Processor
from transactions.events import ReceivedCard, TransactionReceived

PARTITIONS = 4
NUMBER = "4111111111111111"
TABLES = ("messaging_inbox", "transactions_decision", "messaging_outbox")


def event_of(topic: Topic) -> type[TransactionReceived]:
    """Return the request's struct, on a topic of the benchmark's own."""

    class Received(TransactionReceived, frozen=True, kw_only=True):
        TOPIC = topic

    return Received


class CountingProcessor(Processor):
    """The processor, which counts what it has applied."""

    done = 0

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Apply and count."""
        super().handle_batch(messages)
        self.done += len(messages)


def consumer_of(struct: type[TransactionReceived], group: str) -> CountingProcessor:
    """Return the processor, reading that struct's topic in a group of its own."""
    members = {"name": group, "takes": (Takes(struct),)}
    made: CountingProcessor = type("BenchProcessor", (CountingProcessor,), members)()
    return made


def new_topic() -> Topic:
    """Make a topic on the broker, with a name that nobody has."""
    topic = topics.declare(Topic(name=f"bench-processor-{uuid4()}", retention=None))
    admin = clients.admin()
    admin.create_topics([NewTopic(topic.name, PARTITIONS, 1)])[topic.name].result(10)
    return topic


def make_events(struct: type[TransactionReceived], count: int) -> list[TransactionReceived]:
    """Return requests that are all approved, each with a number sealed for itself."""
    safe = vault()
    token, now = safe.fingerprint(NUMBER), datetime.now(UTC)
    return [
        struct(
            id=identity,
            account_id="01920000-0000-7000-8000-000000000000",
            amount=msgspec.Raw(b"100.50"),
            currency="BRL",
            card=ReceivedCard(
                token=token,
                brand="visa",
                last4="1111",
                expiration_month=12,
                expiration_year=2099,
                holder="MARIA SILVA",
                sealed=safe.seal(NUMBER, context=identity),
            ),
            created_at=now,
        )
        for identity in (str(uuid7()) for _ in range(count))
    ]


def produce(events: Sequence[TransactionReceived]) -> None:
    """Write the requests to their topic as the relay would, evenly over the partitions."""
    with confirmed() as send:
        for position, event in enumerate(events):
            row = outbox.prepare(event, key=event.id, event_id=event.id)
            send(
                row.topic,
                row.payload,
                row.key,
                partition=position % PARTITIONS,
                headers=json.loads(row.headers),
            )


def empty_tables() -> None:
    """Forget what an earlier round has written."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"TRUNCATE TABLE {table}")
