"""Asks every part of the running product whether it is well, for the start page."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from threading import Lock
from typing import Final

import httpx
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from django.conf import settings
from django.db import DatabaseError, connection

from config.launcher import mariadb
from messaging import clients
from messaging.health import HALTED

PROBE_SECONDS: Final = 1.0
CACHE_SECONDS: Final = 2.0


class State(StrEnum):
    """How a part is; the value is the badge's level in the pages."""

    WELL = "ok"
    STARTING = "wait"
    DOWN = "bad"
    UNKNOWN = "none"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its `name` as operators know it, its state, and a detail for staff's eyes."""

    name: str
    state: State
    detail: str = ""


def _look() -> Iterator[Part]:
    """Yield every part along the way of the data: in, kept, carried, processed, shown."""
    probes: list[Callable[[], Part]] = [_kafka]
    probes += [partial(_process, name, url) for name, url in settings.HEALTH_URLS.items()]
    yield Part("web", State.WELL)
    yield _database()
    with ThreadPoolExecutor(len(probes), thread_name_prefix="health") as pool:
        yield from pool.map(lambda probe: probe(), probes)


def _database() -> Part:
    started = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Part("database", State.DOWN, type(error).__name__)
    milliseconds = (time.perf_counter() - started) * 1000
    return Part("database", State.WELL, f"{connection.vendor}, {milliseconds:.1f} ms")


class _Admin:
    """One admin client for the process, made at the first look: each new one costs threads."""

    client: AdminClient | None = None


def _kafka() -> Part:
    if _Admin.client is None:
        _Admin.client = clients.admin(log_level=0)
    try:
        metadata = _Admin.client.list_topics(timeout=PROBE_SECONDS)
    except KafkaException as error:
        return Part("kafka", State.DOWN, error.args[0].name())
    return Part(
        "kafka", State.WELL, f"brokers: {len(metadata.brokers)}, topics: {len(metadata.topics)}"
    )


def _process(name: str, url: str) -> Part:
    """Ask a process's readiness probe; 200 is ready, any other answer says what it waits for."""
    if url.startswith("mysql:"):
        return Part(name, State.WELL if mariadb.answers_at(url) else State.DOWN)
    try:
        answer = httpx.get(url, timeout=PROBE_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        return Part(name, State.DOWN, type(error).__name__)
    if answer.is_success:
        return Part(name, State.WELL)
    state = State.DOWN if HALTED in answer.text else State.STARTING
    return Part(name, state, answer.text[:200])


@dataclass
class HealthReport:
    """The last look at every part, shared by all readers for `CACHE_SECONDS`."""

    look: Callable[[], Iterable[Part]]
    parts: tuple[Part, ...] = ()
    _looked_at: float = -CACHE_SECONDS
    _lock: Lock = field(default_factory=Lock)

    def fresh(self) -> tuple[Part, ...]:
        """Return the parts, looked at anew when the last look is too old; probes in parallel."""
        with self._lock:
            if time.monotonic() - self._looked_at >= CACHE_SECONDS:
                self.parts = tuple(self.look())
                self._looked_at = time.monotonic()
            return self.parts


report = HealthReport(_look)
