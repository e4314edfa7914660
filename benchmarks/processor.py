"""The processor against one-at-a-time ORM and against the bare inserts of the same rows."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from confluent_kafka import TopicPartition
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from benchmarks import harness
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support import processing
from cards import rules
from messaging import clients, trace
from messaging.models import InboxEntry, OutboxMessage
from messaging.topics import Topic
from transactions.adapters.vault import vault
from transactions.consumers.processor import Processor
from transactions.domain import decisions
from transactions.models import Decision

MESSAGES: Final = 20_000
ORM_MESSAGES: Final = 1_000
BATCH: Final = Processor.batch_size
INSTANCES: Final = (1, 2, 4)


def benchmark() -> Benchmark:
    """Return the comparison, over one topic that every variant reads from its beginning."""
    topic = processing.new_topic()
    struct = processing.event_of(topic)
    events = processing.make_events(struct, MESSAGES)
    processing.produce(events)
    rows = _rows_of(events)
    clear = processing.empty_tables
    scaled = [
        Variant(
            name=f"{number} process{'es' if number > 1 else ''}",
            run=lambda number=number: _instances(topic, number),  # type: ignore[misc]
            prepare=clear,
        )
        for number in INSTANCES
    ]
    return Benchmark(
        title="Processor: from the topic to decisions and their outbox rows",
        unit="messages",
        variants=[
            Variant(name="ORM, one at a time", run=lambda: _orm(topic), prepare=clear),
            Variant(name="bare executemany", run=lambda: _bare(rows), prepare=clear),
            Variant(name="processor", run=lambda: _processor(topic), prepare=clear),
            *scaled,
        ],
        ratios=[
            Ratio(
                name="processor to ORM, one at a time",
                of="processor",
                to="ORM, one at a time",
                goal=25,
                floor=15,
            ),
            Ratio(
                name="processor to bare executemany",
                of="processor",
                to="bare executemany",
                goal=0.7,
                floor=0.5,
            ),
        ],
        notes=(
            f"{MESSAGES:,} requests with a sealed card ({ORM_MESSAGES:,} for the ORM), one inbox,"
            f" one decision and one outbox row each, batches of {BATCH:,}. The ORM variant reads,"
            " opens, decides, saves and commits one by one. The bare variant reads nothing and"
            " decides nothing: it writes rows that were made before, three `executemany` and a"
            " commit a batch. The last lines are whole processes in one group, started before and"
            " measured from a common start, beside the database and the broker on the same cores."
        ),
    )


def _processor(topic: Topic) -> Sample:
    consumer = processing.consumer_of(processing.event_of(topic), f"bench-{uuid4()}")
    runtime = processing.seated(consumer, processing.PARTITIONS)

    def work_until(done: int) -> None:
        while consumer.done < done:
            runtime.turn()

    # The first batch waits for the first fetch, which belongs to no rate.
    work_until(1)
    sample = harness.timed(lambda: work_until(MESSAGES), MESSAGES - consumer.done)
    runtime.leave()
    return sample


def _bare(rows: list[list[tuple[Any, ...]]]) -> Sample:
    statements = [
        "INSERT INTO messaging_inbox (consumer, event_id, processed_at) VALUES (%s, %s, %s)",
        f"INSERT INTO transactions_decision VALUES ({', '.join(['%s'] * 13)})",
        (
            "INSERT INTO messaging_outbox (event_id, topic, `key`, headers, payload, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)"
        ),
    ]

    def work() -> None:
        for start in range(0, MESSAGES, BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                for statement, table in zip(statements, rows, strict=True):
                    cursor.executemany(statement, table[start : start + BATCH])

    return harness.timed(work, MESSAGES)


def _rows_of(events: list[Any]) -> list[list[tuple[Any, ...]]]:
    """Let the processor itself make the rows once, and keep them as the database gave them."""
    topic = events[0].TOPIC
    processing.empty_tables()
    _processor(topic)
    with connection.cursor() as cursor:
        tables = []
        for columns, table in (
            ("consumer, event_id, processed_at", "messaging_inbox"),
            ("*", "transactions_decision"),
            ("event_id, topic, `key`, headers, payload, created_at", "messaging_outbox"),
        ):
            cursor.execute(f"SELECT {columns} FROM {table}")
            tables.append([tuple(map(_as_sent, row)) for row in cursor.fetchall()])
    return tables


def _as_sent(value: Any) -> Any:
    return str(value) if isinstance(value, datetime) else value


def _orm(topic: Topic) -> Sample:
    client = clients.consumer(f"bench-{uuid4()}")
    places = [TopicPartition(topic.name, number, 0) for number in range(processing.PARTITIONS)]
    client.assign(places)

    def work() -> None:
        done = 0
        while done < ORM_MESSAGES:
            record = client.poll(1.0)
            if record is not None:
                _decide_by_orm(record)
                client.store_offsets(record)
                done += 1

    sample = harness.timed(work, ORM_MESSAGES)
    client.close()
    return sample


def _decide_by_orm(record: Any) -> None:
    headers = dict(record.headers())
    event, now = json.loads(record.value()), datetime.now(UTC)
    card, created_at = event["card"], datetime.fromisoformat(event["created_at"])
    number = vault().open(card["sealed"], context=event["id"])
    cents = round(float(event["amount"]) * 100)
    verdict = decisions.decide(
        number=number,
        month=card["expiration_month"],
        year=card["expiration_year"],
        amount_cents=cents,
        on=rules.day_in_brazil(created_at),
    )
    with transaction.atomic():
        InboxEntry.objects.create(
            consumer="bench", event_id=headers["ce_id"].decode(), processed_at=now
        )
        decision = Decision.objects.create(
            id=event["id"],
            event_id=str(uuid7()),
            account_id=event["account_id"],
            status=verdict.status,
            error_code=verdict.error_code,
            error_message=verdict.error_message,
            amount_cents=cents,
            card_brand=rules.brand_of(number) or "",
            card_last4=number[-4:],
            card_token=card["token"],
            created_at=created_at,
            processed_at=now,
        )
        _publish_by_orm(decision)


def _publish_by_orm(decision: Decision) -> None:
    payload = {
        "id": decision.id,
        "status": decision.status,
        "error_message": decision.error_message,
        "error_code": decision.error_code,
        "account_id": decision.account_id,
        "amount": decision.amount_cents / 100,
        "amount_cents": decision.amount_cents,
        "currency": decision.currency,
        "card_brand": decision.card_brand,
        "card_last4": decision.card_last4,
        "created_at": decision.created_at.isoformat(),
        "processed_at": decision.processed_at.isoformat(),
    }
    headers = {
        "ce_id": decision.event_id,
        "ce_type": "transactions.decided.v1",
        "ce_source": "/trilho/transactions",
        "ce_time": decision.processed_at.isoformat(),
        "ce_specversion": "1.0",
        "content-type": "application/json",
        "traceparent": trace.start(),
    }
    OutboxMessage.objects.create(
        event_id=decision.event_id,
        topic="transactions_result",
        key=decision.id,
        headers=json.dumps(headers),
        payload=json.dumps(payload).encode(),
        created_at=decision.processed_at,
    )


def _instances(topic: Topic, number: int) -> Sample:
    group, share = f"bench-{uuid4()}", processing.PARTITIONS // number
    command = [sys.executable, "-m", "benchmarks.support.instance", topic.name, group]
    quota = MESSAGES // number
    processes = [
        subprocess.Popen(
            [*command, str(share), str(quota)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(number)
    ]
    for process in processes:
        _expect(process, "ready")
    started = time.perf_counter()
    for process in processes:
        _tell(process, "go")
    cpu = sum(float(_expect(process, "done").split()[1]) for process in processes)
    seconds = time.perf_counter() - started
    for process in processes:
        _tell(process, "leave")
        process.wait(30)
    return Sample(units=quota * number, seconds=seconds, cpu_seconds=cpu)


def _tell(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def _expect(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(word):
        raise RuntimeError(f"an instance said {line!r}, not {word!r}")
    return line
