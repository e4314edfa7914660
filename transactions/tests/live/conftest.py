"""A real live process on a real Kafka, beside the test's own database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from config.launcher import ports
from transactions.live.cursor import TOPICS
from transactions.tests.live.viewers import client_of

START_SECONDS = 40.0
ROOT = Path(__file__).resolve().parents[3]
Serve = Callable[..., str]


def database_url() -> str:
    """Return the URL of the test's own database, for a process beside it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, password = database["USER"], database["PASSWORD"]
    return f"mysql://{user}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@contextmanager
def serving(bootstrap: str, **environment: str) -> Iterator[str]:
    """Run a live process until the block ends; yields the socket's address."""
    port = ports.free_run(1)
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    command += ["--ws", "websockets-sansio", "--ws-max-size", "8192", "--no-access-log"]
    command += ["--ws-per-message-deflate", "false", "--log-level", "warning"]
    variables = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        **environment,
    }
    with subprocess.Popen(command, cwd=ROOT, env=variables) as process:
        try:
            wait_until_ready(port, process)
            yield f"ws://127.0.0.1:{port}/ws/panel/"
        finally:
            process.kill()


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the live process has ended"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the live process did not become ready")


@pytest.fixture(scope="session")
def topics(kafka_bootstrap: str) -> str:
    """Make sure that both topics are there; gives the broker's address."""
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    for made in admin.create_topics([NewTopic(name, 4, 1) for name in TOPICS]).values():
        # Another test may have made them.
        with suppress(KafkaException):
            made.result(20)
    return kafka_bootstrap


@pytest.fixture(scope="session")
def producer(topics: str) -> Producer:
    return Producer({"bootstrap.servers": topics, "partitioner": "murmur2_random", "acks": "all"})


@pytest.fixture(scope="session")
def shared_url(topics: str, django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """Give the address of one live process that the whole session shares."""
    with serving(topics, LIVE_ACCESS_CHECK_SECONDS="1") as url:
        yield url


@pytest.fixture
def url(shared_url: str, transactional_db: None) -> str:
    return shared_url


@pytest.fixture
def serve(topics: str, transactional_db: None) -> Iterator[Serve]:
    """Give a function that starts a live process of the test's own."""
    with ExitStack() as stack:
        yield lambda **environment: stack.enter_context(serving(topics, **environment))


@pytest.fixture
def staff(transactional_db: None) -> User:
    return User.objects.create_user("staff", password="x", is_staff=True)


@pytest.fixture
def staff_client() -> Client:
    return client_of(User.objects.create_user("boss", is_staff=True))
