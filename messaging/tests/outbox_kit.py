"""What the relay's tests share: topics, rows, relay processes, and the check of what arrived."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
from confluent_kafka.cimpl import NewTopic
from django.db import connection, transaction

from messaging import clients, outbox
from messaging.events import Event
from messaging.models import OutboxMessage
from messaging.records import Record
from messaging.tail import TopicTail
from messaging.topics import Topic

ROOT = Path(__file__).parents[2]
# The tests' own seed would give two runs beside each other the same ports.
_random = random.SystemRandom()


class Noted(Event, frozen=True, kw_only=True):
    """An event without a topic of its own: rows are given theirs by hand."""

    TOPIC: ClassVar[Topic] = Topic(name="notes", retention=None)
    TYPE: ClassVar[str] = "library.noted.v1"

    text: str = ""


def make_topic(partitions: int = 2, **config: str) -> str:
    """Make a topic of its own for a test and return its name."""
    return make_topic_called(f"relay-{uuid4()}", partitions, **config)


def make_topic_called(name: str, partitions: int = 2, **config: str) -> str:
    """Make the topic `name` and return its name."""
    admin = clients.admin()
    admin.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result(20)
    return name


def queue(topic: str, count: int, *, keys: int = 7, text: str = "") -> list[outbox.OutboxRow]:
    """Commit `count` outbox rows for `topic` over `keys` keys and return them in order."""
    rows = []
    for number in range(count):
        row = outbox.prepare(Noted(text=text), key=f"key-{number % keys}")
        rows.append(
            outbox.OutboxRow(row.event_id, topic, row.key, row.headers, row.payload, row.created_at)
        )
    with transaction.atomic():
        outbox.publish_rows(rows)
    return rows


def read_all(topic: str) -> list[Record]:
    """Return everything that `topic` holds, each partition in its order."""
    with TopicTail([topic]) as tail:
        marks = tail.watermarks()
        return [
            record
            for (name, partition), mark in marks.items()
            for record in tail.read_range(name, partition, mark.low, mark.high, timeout=20)
        ]


def check_arrived(topic: str, rows: Sequence[outbox.OutboxRow]) -> None:
    """Raise AssertionError unless every row is there, each key in order, repeats told as such."""
    seen: dict[str, list[str]] = defaultdict(list)
    for record in read_all(topic):
        event_id, key = record.header("ce_id") or "", (record.key or b"").decode()
        if event_id not in seen[key]:
            seen[key].append(event_id)
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        wanted[row.key].append(row.event_id)
    for key, ids in wanted.items():
        lost = len(set(ids) - set(seen[key]))
        assert not lost, f"{lost} rows of {key} were lost"
        in_order = [event_id for event_id in seen[key] if event_id in ids]
        assert in_order == ids, f"{key} is out of order"


def unsent() -> int:
    """Return how many rows wait to be sent."""
    return OutboxMessage.objects.filter(sent_at=None, set_aside_at=None).count()


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until `condition` holds; raise AssertionError when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{condition} did not come about"
        time.sleep(0.05)


def database_url() -> str:
    """Return the URL of the test's own database, for processes that the test starts."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    account = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
    return f"mysql://{account}@{given['HOST']}:{given['PORT'] or 3306}/{given['NAME']}"


@contextmanager
def process(
    *arguments: str, bootstrap: str, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run Python with `arguments` on the test's database; kill it at the end if it still runs."""
    surroundings: Mapping[str, str] = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "MESSAGING_LEASE_SECONDS": "1",
        **environment,
    }
    started = subprocess.Popen([sys.executable, *arguments], env=surroundings, cwd=ROOT)
    try:
        yield started
    finally:
        started.kill()
        started.wait(10)


def asked(port: str, page: str) -> httpx.Response:
    """Return what a process's own page answers; 504 while nobody does."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/{page}")
    except httpx.TransportError:
        return httpx.Response(504)


def free_port() -> int:
    """Return a loopback port that nobody listens on, as nobody does on the next one.

    It is below those of outgoing connections, one of which could take it while nobody listens.
    """
    lowest, _, highest = os.environ.get("TRILHO_PORTS", "15000-32000").partition("-")
    while True:
        port = _random.randrange(int(lowest), int(highest) - 1)
        with (
            contextlib.suppress(OSError),
            socket.socket() as probe,
            socket.socket() as neighbour,
        ):
            probe.bind(("127.0.0.1", port))
            neighbour.bind(("127.0.0.1", port + 1))
            return port
