"""The relay against a bare loop that selects, produces, waits for the reports, and marks sent."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from confluent_kafka import Producer
from confluent_kafka.cimpl import NewTopic
from django.db import connection, transaction

from benchmarks import harness
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from messaging import clients, outbox, trace
from messaging.models import OutboxMessage
from messaging.relay import Relay

ROWS = 40_000
BATCH = 2000
_Row = tuple[int, str, str, str, bytes]


def benchmark() -> Benchmark:
    """Return the comparison, over a topic of its own with four partitions."""
    topic = f"bench-relay-{uuid4()}"
    admin = clients.admin()
    admin.create_topics([NewTopic(topic, 4, 1)])[topic].result(10)
    return Benchmark(
        title="Relay: from the outbox to Kafka",
        unit="rows",
        variants=[
            Variant(name="bare loop", run=_bare, prepare=lambda: _fill(topic)),
            Variant(name="relay", run=_relay, prepare=lambda: _fill(topic)),
        ],
        ratios=[Ratio(name="relay to bare loop", of="relay", to="bare loop", goal=0.7, floor=0.5)],
        notes=(
            f"{ROWS:,} rows of 300 bytes with seven headers, batches of {BATCH:,}. The bare loop"
            " sets `sent_at` alone, by `id IN (...)`, and keeps neither lease nor order when a row"
            " fails; the relay also writes each row's partition and offset."
        ),
    )


def _fill(topic: str) -> None:
    OutboxMessage.objects.all().delete()
    headers = (
        '{"ce_id": "%s", "ce_type": "bench.row_written.v1", "ce_source": "/trilho/bench",'
        ' "ce_time": "2026-01-01T00:00:00+00:00", "ce_specversion": "1.0",'
        ' "content-type": "application/json", "traceparent": "%s"}'
    )
    now, payload = datetime.now(UTC), b"x" * 300
    ids = [str(uuid4()) for _ in range(ROWS)]
    rows = [
        outbox.OutboxRow(each, topic, each, headers % (each, trace.start()), payload, now)
        for each in ids
    ]
    with transaction.atomic():
        outbox.publish_rows(rows)


def _bare() -> Sample:
    producer = clients.producer()
    # The first batch, which connects, belongs to no rate; nor does the relay's.
    first = _bare_batch(producer)

    def work() -> None:
        while _bare_batch(producer):
            pass

    return harness.timed(work, ROWS - first)


def _bare_batch(producer: Producer) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, topic, `key`, headers, payload FROM messaging_outbox"
            " WHERE sent_at IS NULL ORDER BY id LIMIT %s",
            [BATCH],
        )
        rows: Sequence[_Row] = cursor.fetchall()
        if rows:
            _deliver(producer, rows)
            places = ", ".join(["%s"] * len(rows))
            cursor.execute(
                f"UPDATE messaging_outbox SET sent_at = UTC_TIMESTAMP(6) WHERE id IN ({places})",
                [row[0] for row in rows],
            )
    return len(rows)


def _deliver(producer: Producer, rows: Sequence[_Row]) -> None:
    delivered: list[object] = []
    for _, topic, key, headers, payload in rows:
        producer.produce(
            topic,
            payload,
            key,
            headers=json.loads(headers),
            on_delivery=lambda error, _: delivered.append(error),
        )
    producer.flush()
    if len(delivered) != len(rows) or any(delivered):
        raise RuntimeError("not everything was delivered")


def _relay() -> Sample:
    relay = Relay(batch=BATCH)
    while not relay.lease.acquire():
        time.sleep(0.1)

    first = relay.pump()

    def work() -> None:
        while relay.pump():
            relay.lease.keep()

    sample = harness.timed(work, ROWS - first)
    relay.close()
    return sample
