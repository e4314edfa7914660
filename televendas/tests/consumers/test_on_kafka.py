"""The telesales reader on a real broker: several of it, every shape, poison and repetition."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import ClassVar
from uuid import uuid4

import pytest
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.clock import SystemClock
from messaging.confirmed import Send, confirmed
from messaging.consumer import Consumer, Takes
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.models import DeadLetter
from messaging.observers import Observers
from messaging.runtime import Runtime
from messaging.topics import Topic
from televendas.adapters import sources
from televendas.consumers.televendas import Televendas
from televendas.events import CUSTOMERS, CustomerRead
from televendas.models import Customer
from televendas.tests.samples import CANARY, created, deleted, flat, lean, record, with_schema

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.django_db(databases=["default", "televendas"], transaction=True),
]
DEADLINE_SECONDS = 40.0
PEOPLE = 200


@pytest.fixture(autouse=True)
def broker(kafka_bootstrap: str, settings: Settings) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap


@pytest.fixture
def reader() -> type[Consumer]:
    """Give the reader on a topic, in a group and with dead letters of its own."""
    place = replace(CUSTOMERS, name=f"customers-{uuid4()}")
    group = f"televendas-{uuid4()}"

    class Moved(CustomerRead, frozen=True, kw_only=True):
        TOPIC: ClassVar[Topic] = place

    admin = clients.admin()
    new = [NewTopic(place.name, place.partitions, 1), NewTopic(f"{group}.dlq", 1, 1)]
    for made in admin.create_topics(new).values():
        made.result(20)
    takes = (Takes(Moved, default=True, opens=sources.read),)
    return type("MovedTelevendas", (Televendas,), {"name": group, "takes": takes, "batch_size": 40})


def produce(send: Send, reader: type[Consumer], value: object, key: object) -> None:
    made = record(value, key=key)
    topic = reader.takes[0].struct.TOPIC.name
    send(topic, made.value, made.key)


@contextmanager
def running(reader: type[Consumer]) -> Iterator[Runtime]:
    runtime = Runtime(
        reader(),
        KafkaMembership(reader.name, auto_commit_interval_ms=100),
        box=KafkaLetterBox(),
        observers=Observers(reader.name, ()),
        clock=SystemClock(),
    )
    runtime.join()
    try:
        yield runtime
    finally:
        runtime.leave()


def turn_until(runtimes: list[Runtime], condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        for runtime in runtimes:
            runtime.turn()


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Customer.objects.values_list("state", flat=True):
        found[str(state)] = found.get(str(state), 0) + 1
    return found


def test_several_of_it_share_the_work_and_end_with_one_row_for_each(reader: type[Consumer]) -> None:
    with confirmed() as send:
        for number in range(PEOPLE):
            produce(send, reader, created(10, id=number), {"id": number})
            produce(send, reader, created(20, id=number, nome="Newer"), {"id": number})
            # What a connector sends again after it was killed.
            produce(send, reader, created(10, id=number), {"id": number})
        for number in range(0, PEOPLE, 4):
            produce(send, reader, with_schema(deleted(30, id=number)), with_schema({"id": number}))
            produce(send, reader, None, with_schema({"id": number}))
        produce(send, reader, created(10, nome=[CANARY]), {"id": 1})
        produce(send, reader, lean(1), b"c-1")
        produce(send, reader, lean(2, deleted=True, erased=True), b"c-1")
        produce(send, reader, lean(3), b"c-1")
        produce(send, reader, flat(), b"000042")
    expected = {"present": PEOPLE * 3 // 4 + 1, "deleted": PEOPLE // 4, "erased": 1}

    with ExitStack() as stack:
        runtimes = [stack.enter_context(running(reader)) for _ in range(2)]
        turn_until(
            runtimes,
            lambda: states() == expected and DeadLetter.objects.using("televendas").exists(),
        )
        shares = [len(runtime.holdings) for runtime in runtimes]

    assert sum(shares) == CUSTOMERS.partitions
    names = set(Customer.objects.filter(source="banco1").values_list("name", flat=True))
    assert names == {"Newer"}
    letter = DeadLetter.objects.using("televendas").get()
    assert letter.reason == "bad_shape: wrong value at $.after.nome"
