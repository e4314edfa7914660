"""The telesales reader against the bare multi-row upsert of the same rows, and in numbers."""

import subprocess
import sys
import time
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from django.db import connections, transaction

from benchmarks import harness
from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support import customers
from benchmarks.support.waiting import seated
from televendas.consumers.televendas import Televendas

PEOPLE: Final = 20_000
TWICE: Final = 2 * PEOPLE
BATCH: Final = Televendas.batch_size
_BARE: Final = "bare multi-row upsert"
_RATIOS: Final = (
    ("our own events to the bare upsert", "our own events", _BARE, 0.6, 0.4),
    ("Debezium's changes to the bare upsert", "Debezium's changes", _BARE, 0.6, 0.4),
    ("rate at twice the people", "our own events, twice the people", "our own events", 0.9, 0.75),
)
_NOTES: Final = f"""\
{PEOPLE:,} people into an empty table, batches of {BATCH:,}. The reader fetches, decodes, reads
phones and names, hashes, and writes an inbox row and a lean row for each; the bare variant writes
lean rows that were made before, by `executemany` of `INSERT ... ON DUPLICATE KEY UPDATE`, and a
commit a batch. Debezium's changes are envelopes of full records, whose other columns are skipped.
The last lines are whole processes in one group that share {TWICE:,} events, measured from a common
start, beside the database and the broker on the same cores. `benchmarks memory` has what a process
takes."""


def benchmark() -> Benchmark:
    """Return the comparison, over topics that every variant reads from their beginning."""
    own, changes = customers.new_topic(), customers.new_topic()
    customers.produce_own(own, TWICE)
    customers.produce_changes(changes, PEOPLE)
    columns, rows = _rows(own)
    runs = {
        _BARE: partial(_bare, columns, rows),
        "our own events": partial(_reader, own, PEOPLE),
        "our own events, twice the people": partial(_reader, own, TWICE),
        "Debezium's changes": partial(_reader, changes, PEOPLE),
        "1 process": partial(_processes, own, 1),
        "2 processes": partial(_processes, own, 2),
        "4 processes": partial(_processes, own, 4),
    }
    return Benchmark(
        title="Telesales: from the topic to lean rows",
        unit="people",
        variants=[
            Variant(name=name, run=run, prepare=customers.empty_tables)
            for name, run in runs.items()
        ],
        ratios=[
            Ratio(name=name, of=of, to=to, goal=goal, floor=floor)
            for name, of, to, goal, floor in _RATIOS
        ],
        notes=_NOTES.replace("\n", " "),
    )


def _reader(topic: str, people: int) -> Sample:
    consumer = customers.reader_of(topic, f"bench-{uuid4()}")
    runtime = seated(consumer, customers.PARTITIONS)

    def work_until(done: int) -> None:
        while consumer.done < done:
            runtime.turn()

    # The first batch waits for the first fetch, which belongs to no rate.
    work_until(1)
    sample = harness.timed(lambda: work_until(people), people - consumer.done)
    runtime.leave()
    return sample


def _rows(topic: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Let the reader itself make the rows once; return the columns and what stands in them.

    In the order in which people come, which is not that of the table's key.
    """
    customers.empty_tables()
    _reader(topic, PEOPLE)
    with connections[customers.ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT * FROM televendas_customer ORDER BY customer_id LIMIT {PEOPLE}")
        columns = [column[0] for column in cursor.description]
        return columns, [tuple(map(_as_sent, row)) for row in cursor.fetchall()]


def _as_sent(value: Any) -> Any:
    return str(value) if isinstance(value, datetime | date) else value


def _bare(columns: list[str], rows: list[tuple[Any, ...]]) -> Sample:
    changes = ", ".join(f"{name} = VALUES({name})" for name in columns if name != "person")
    statement = (
        f"INSERT INTO televendas_customer ({', '.join(columns)})"
        f" VALUES ({', '.join(['%s'] * len(columns))}) ON DUPLICATE KEY UPDATE {changes}"
    )
    alias = customers.ALIAS

    def work() -> None:
        for start in range(0, PEOPLE, BATCH):
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.executemany(statement, rows[start : start + BATCH])

    return harness.timed(work, PEOPLE)


def _processes(topic: str, number: int) -> Sample:
    group, share, quota = f"bench-{uuid4()}", customers.PARTITIONS // number, TWICE // number
    command = [sys.executable, "-m", "benchmarks.support.customer_instance", topic, group]
    processes = [
        subprocess.Popen(
            [*command, str(share), str(quota * 9 // 10)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(number)
    ]
    before = sum(float(_said(process, "ready")) for process in processes)
    started = time.perf_counter()
    for process in processes:
        _tell(process, "go")
    cpu = sum(float(_said(process, "done")) for process in processes)
    seconds = time.perf_counter() - started
    for process in processes:
        _tell(process, "leave")
        process.wait(30)
    units = quota * 9 // 10 * number - before
    return Sample(units=units, seconds=seconds, cpu_seconds=cpu)


def _tell(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def _said(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(word):
        raise RuntimeError(f"an instance said {line!r}, not {word!r}")
    return line.split()[1]
