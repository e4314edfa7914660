"""The processor against one-at-a-time ORM, against the bare inserts of its rows, and in numbers."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from django.db import connection, transaction

from benchmarks import harness
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support import instances, one_at_a_time, processing
from benchmarks.support.waiting import seated
from messaging.topics import Topic
from transactions.consumers.processor import Processor

MESSAGES: Final = 20_000
TWICE: Final = 2 * MESSAGES
ORM_MESSAGES: Final = 1_000
BATCH: Final = Processor.batch_size
_RATIOS: Final = (
    ("processor to ORM, one at a time", "processor", "ORM, one at a time", 25, 15),
    ("processor to bare executemany", "processor", "bare executemany", 0.7, 0.5),
    ("rate at twice the messages", "processor, twice the messages", "processor", 0.9, 0.75),
    ("2 processes to 1", "2 processes", "1 process", 1.2, 1),
    ("4 processes to 1", "4 processes", "1 process", 1.2, 1),
)
_NOTES: Final = f"""\
{MESSAGES:,} requests with a sealed card ({ORM_MESSAGES:,} for the ORM), one inbox, one decision
and one outbox row each, batches of {BATCH:,}. The ORM variant reads, opens, decides, saves and
commits one by one. The bare variant reads nothing and decides nothing: it writes rows that were
made before, three `executemany` and a commit a batch. Cost is linear when twice the messages are
done at the same rate. The last lines are whole processes in one group that share {TWICE:,}
requests, measured from a common start, beside the database and the broker on the same cores; they
scale until those are full."""


def benchmark() -> Benchmark:
    """Return the comparison, over one topic that every variant reads from its beginning."""
    topic = processing.new_topic()
    processing.produce(processing.make_events(processing.event_of(topic), TWICE))
    runs = {
        "ORM, one at a time": partial(one_at_a_time.run, topic, ORM_MESSAGES),
        "bare executemany": partial(_bare, _rows(topic)),
        "processor": partial(_processor, topic, MESSAGES),
        "processor, twice the messages": partial(_processor, topic, TWICE),
    }
    for name, number in (("1 process", 1), ("2 processes", 2), ("4 processes", 4)):
        runs[name] = partial(instances.run, topic, number, TWICE)
    return Benchmark(
        title="Processor: from the topic to decisions and their outbox rows",
        unit="messages",
        variants=[
            Variant(name=name, run=run, prepare=processing.empty_tables)
            for name, run in runs.items()
        ],
        ratios=[
            Ratio(name=name, of=of, to=to, goal=goal, floor=floor)
            for name, of, to, goal, floor in _RATIOS
        ],
        notes=_NOTES.replace("\n", " "),
    )


def _processor(topic: Topic, messages: int) -> Sample:
    consumer = processing.consumer_of(processing.event_of(topic), f"bench-{uuid4()}")
    runtime = seated(consumer, processing.PARTITIONS)

    def work_until(done: int) -> None:
        while consumer.done < done:
            runtime.turn()

    # The first batch waits for the first fetch, which belongs to no rate.
    work_until(1)
    sample = harness.timed(lambda: work_until(messages), messages - consumer.done)
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


def _rows(topic: Topic) -> list[list[tuple[Any, ...]]]:
    """Let the processor itself make the rows once, and keep them as the database gave them."""
    processing.empty_tables()
    _processor(topic, MESSAGES)
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
