"""What each consumer process takes of memory: idle, under load, and after many messages."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import uuid4

import httpx
import psutil
from confluent_kafka.cimpl import NewTopic
from django.db import connection, connections
from uuid_utils import uuid7

from benchmarks.harness import Benchmark, Sample, Variant
from benchmarks.support import customers, processing
from messaging import clients
from messaging.confirmed import Send, confirmed
from messaging.events import Event
from transactions.events import TransactionDecided, TransactionReceived

MESSAGES: Final = int(os.environ.get("TRILHO_BENCH_MEMORY_MESSAGES", "200000"))
ALONE: Final = ("processor", "results", "webhooks")
TELESALES: Final = "televendas"
IDLE_SECONDS: Final = 5.0
STALLED_SECONDS: Final = 60.0
CHUNK: Final = 1000
LOOKS_PER_COUNT: Final = 10 if MESSAGES > 200_000 else 3
_MIB: Final = 2**20
_NOTES: Final = (
    f"Resident megabytes (MiB) of one process: {IDLE_SECONDS:.0f} s after it was ready with nothing"
    f" to read, the most while it read {MESSAGES:,} messages that were waiting (the worst case for"
    " what the client fetches ahead), the most of that in its second half (nothing grows when the"
    " two are alike), and when it had read them all. `--all` runs every consumer of the gateway in"
    " one process, with as many messages for each. `TRILHO_BENCH_MEMORY_MESSAGES=1000000` reads a"
    " million."
)


def benchmark() -> Benchmark:
    """Return the table: each consumer by itself, then all of them in one process."""
    # One line for each probe says nothing here.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    requests, results = _filled_topics()
    topics = {"processor": requests, "results": results, "webhooks": results}
    topics[TELESALES] = customers.new_topic()
    customers.produce_own(topics[TELESALES], MESSAGES)
    processes = {**{name: [name] for name in (*ALONE, TELESALES)}, "--all": list(ALONE)}
    return Benchmark(
        title="Memory of the consumer processes",
        unit="messages",
        variants=[
            Variant(name=name, run=partial(_watch, consumers, topics), prepare=_empty)
            for name, consumers in processes.items()
        ],
        rounds=1,
        notes=_NOTES,
    )


def _filled_topics() -> tuple[str, str]:
    """Make two topics, fill them with requests and decisions, and return their names."""
    topic = processing.new_topic()
    struct = processing.event_of(topic)
    results = f"bench-results-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(results, processing.PARTITIONS, 1)])[results].result(20)
    with confirmed() as send:
        for start in range(0, MESSAGES, CHUNK):
            for event in processing.make_events(struct, min(CHUNK, MESSAGES - start)):
                _tell(send, topic.name, event, event.id)
                _tell(send, results, _decision(event), event.id)
    return topic.name, results


def _decision(request: TransactionReceived) -> TransactionDecided:
    now = datetime.now(UTC)
    return TransactionDecided(
        id=request.id,
        status="approved",
        error_message="",
        error_code="",
        account_id=request.account_id,
        amount=request.amount,
        amount_cents=10_050,
        currency="BRL",
        card_brand="visa",
        card_last4="1111",
        created_at=now,
        processed_at=now,
    )


def _tell(send: Send, topic: str, event: Event, key: str) -> None:
    headers = [
        ("ce_id", str(uuid7())),
        ("ce_type", event.TYPE),
        ("ce_specversion", "1.0"),
    ]
    send(topic, event.encode(), key, headers=headers)


def _empty() -> None:
    processing.empty_tables()
    customers.empty_tables()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE TABLE transactions_transaction")


def _watch(names: Sequence[str], topics: dict[str, str]) -> Sample:
    """Run a process of the consumers, first on empty topics and then on full ones."""
    with _running(names, dict.fromkeys(names, _empty_topic())) as process:
        time.sleep(IDLE_SECONDS)
        idle = process.memory_info().rss / _MIB
    suffix = str(uuid4())
    with _running(names, topics, suffix=suffix) as process:
        started, cpu = time.perf_counter(), process.cpu_times()
        seen = _work_off(process, [f"{name}-{suffix}" for name in names])
        seconds, cpu_after = time.perf_counter() - started, process.cpu_times()
        after = process.memory_info().rss / _MIB
    return Sample(
        units=MESSAGES * len(names),
        seconds=seconds,
        cpu_seconds=sum(cpu_after[:2]) - sum(cpu[:2]),
        extra={
            "idle MiB": idle,
            "most under load MiB": max(seen),
            "most in the second half MiB": max(seen[len(seen) // 2 :]),
            "afterwards MiB": after,
        },
    )


def _empty_topic() -> str:
    name = f"bench-empty-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(name, processing.PARTITIONS, 1)])[name].result(20)
    return name


def _work_off(process: psutil.Process, consumers: Sequence[str]) -> list[float]:
    """Wait until the inbox holds every message of each consumer; return the memory seen."""
    seen: list[float] = []
    applied, moved_at = 0, time.monotonic()
    while applied < MESSAGES * len(consumers):
        # Counting a million rows takes its time: memory is looked at more often than the inbox.
        for _ in range(LOOKS_PER_COUNT):
            seen.append(process.memory_info().rss / _MIB)
            time.sleep(0.1)
        before, applied = applied, sum(map(_applied, consumers))
        if applied > before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > STALLED_SECONDS:
            raise TimeoutError(f"the consumers stand still after {applied:,} messages")
    return seen


def _applied(consumer: str) -> int:
    alias = customers.ALIAS if consumer.startswith(TELESALES) else connection.alias
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM messaging_inbox WHERE consumer = %s", [consumer])
        row = cursor.fetchone()
    return int(row[0])


@contextmanager
def _running(
    names: Sequence[str], topics: dict[str, str], suffix: str = ""
) -> Iterator[psutil.Process]:
    port = _free_port()
    pairs = [f"{name}={topics[name]}" for name in names]
    command = [sys.executable, "-m", "benchmarks.support.resident", str(port)]
    program = subprocess.Popen(
        [*command, suffix or str(uuid4()), *pairs], stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port)
        yield psutil.Process(program.pid)
    finally:
        program.terminate()
        program.wait(30)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError("a consumer did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
