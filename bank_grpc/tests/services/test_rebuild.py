"""The statement made anew from a real topic has the same bytes, whatever had happened to it."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from bank_grpc.adapters.payments_topic import CHUNK, PaymentsTopic, TopicGoneError
from bank_grpc.events import PAYMENTS
from bank_grpc.models import StatementLine
from bank_grpc.services.post import post
from bank_grpc.services.rebuild import digest_of, rebuild
from bank_grpc.tests.services.kit import issued, pay
from messaging import clients
from messaging.confirmed import confirmed
from messaging.models import OutboxMessage

pytestmark = [pytest.mark.kafka, pytest.mark.django_db]
_RECORDS_EACH = 60


class Tried(PaymentsTopic):
    """A topic of the test's own, whose records call themselves `payments`."""

    def _decoded(self, record: Any) -> Any:
        return super()._decoded(msgspec.structs.replace(record, topic=PAYMENTS.name))


@pytest.fixture
def topic(kafka_bootstrap: str, settings: Settings) -> Iterator[str]:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    name = f"payments-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, 2, 1)])[name].result(10)
    yield name
    admin.delete_topics([name])[name].result(10)


@pytest.fixture
def posted(topic: str, db: None) -> Iterator[Tried]:
    """Give a topic of payments that are all posted, one of them sent twice."""
    cards = [issued(), issued()]
    for number in range(_RECORDS_EACH):
        for card in cards:
            pay(card, 100 + number)
    pay(cards[0], 10**9)
    rows = list(OutboxMessage.objects.order_by("id"))
    send(topic, [*rows, rows[0]])
    with Tried(topic, group=topic) as tried:
        commit(topic, tried)
        for partition, (start, stop) in tried.posted().items():
            for _first, _last, messages in tried.messages(partition, start, stop):
                post(messages)
        yield tried


def send(topic: str, rows: list[OutboxMessage]) -> None:
    producer = clients.producer(client_id=f"test-{topic}")
    with confirmed(producer) as told:
        for row in rows:
            told(topic, bytes(row.payload or b""), row.key, headers=json.loads(row.headers))


def commit(topic: str, tried: Tried, past: int = 0) -> None:
    """Let the statement's group have read everything."""
    ends = tried._tail.watermarks()
    client = clients.asking(topic)
    client.commit(
        offsets=[TopicPartition(*place, marks.high + past) for place, marks in ends.items()],
        asynchronous=False,
    )
    client.close()


def test_gives_the_same_bytes(posted: Tried) -> None:
    before = digest_of()

    done = rebuild(posted)

    assert digest_of() == before
    assert done.lines == StatementLine.objects.count() == 2 * _RECORDS_EACH
    assert done.strays == 0


def test_mends_what_was_lost_and_changed(posted: Tried) -> None:
    before = digest_of()
    lines = list(StatementLine.objects.order_by("pk"))
    for line in lines[::3]:
        line.delete()
    StatementLine.objects.filter(pk=lines[1].pk).update(amount_cents=1, offset=10**6)

    rebuild(posted)

    assert digest_of() == before


def test_one_card_leaves_the_others_alone(posted: Tried) -> None:
    first, other = StatementLine.objects.values_list("card_id", flat=True).distinct()[:2]
    right = digest_of(first)
    StatementLine.objects.update(store="wrong")
    wrong = digest_of(other)

    rebuild(posted, card_id=first)

    assert digest_of(first) == right
    assert digest_of(other) == wrong


def test_leaves_alone_what_is_not_posted_yet(posted: Tried, topic: str) -> None:
    before = digest_of()
    pay(issued(), 5)
    send(topic, list(OutboxMessage.objects.order_by("-id")[:1]))

    rebuild(posted)

    assert digest_of() == before


def test_says_of_lines_that_are_on_no_record(posted: Tried) -> None:
    line = StatementLine.objects.order_by("-offset")[0]
    line.movement_id, line.offset = "stray", 0
    line.save(force_insert=True)

    assert rebuild(posted).strays == 1


def test_refuses_a_topic_that_was_made_anew(posted: Tried, topic: str) -> None:
    commit(topic, posted, past=1)

    with pytest.raises(TopicGoneError):
        rebuild(posted)


def test_more_than_a_range(posted: Tried, topic: str) -> None:
    row = OutboxMessage.objects.order_by("id")[0]
    send(topic, [row] * (CHUNK + 1))
    commit(topic, posted)
    before = digest_of()

    assert rebuild(posted).records == 2 * _RECORDS_EACH + CHUNK + 3
    assert digest_of() == before
