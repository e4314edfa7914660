"""The legacy bank, Connect, Kafka and telesales' reader, running, and ways to look at each."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import MySQLdb
from confluent_kafka import Consumer, TopicPartition
from django.conf import settings

from config.banco1 import people
from config.launcher import run
from config.launcher.plan import ROOT, manage
from televendas.domain.identity import person_hash
from tests.stack import Stack, wait_until

SOURCE: Final = "banco1"
CONNECTOR: Final = ROOT / "deploy" / "connect" / "banco1" / "connector.json"
SECONDS: Final = 60.0
_NEEDED: Final = ("kafka", "televendas", "banco1-database", "connect")
_COLUMNS: Final = "state, source, customer_id, name, phone, phone_problem, region, version"


class House(Stack):
    """The very programs of `bin/run --with banco1`, short of what this copy does not pass."""

    def __init__(self, folder: Path) -> None:
        """Plan; nothing runs until `start`."""
        super().__init__(folder, consumers=("televendas",))
        self.plan = run.with_banco1(self.plan)
        self.programs = {each.name: each for each in self.plan.programs if each.name in _NEEDED}
        self._random = Random(20261121)

    def start(self) -> None:
        """Fetch Connect's jars where they are missing, then start everything."""
        self._manage("run_connect", "--fetch")
        super().start()

    @property
    def rest(self) -> str:
        """Return the address of Connect's connectors."""
        return f"http://127.0.0.1:{self.plan.beside_ports['connect']}/connectors"

    @property
    def offsets(self) -> Path:
        """Return the file in which Connect keeps how far it has read."""
        return self.plan.var / "connect" / "offsets"

    # -- the bank

    def sql(self, *statements: str) -> int:
        """Carry the statements out at the bank, in one transaction; return the last new id."""
        port = int(self.plan.environment["BANCO1_PORT"])
        connection = MySQLdb.connect(
            host="127.0.0.1", port=port, user="root", database="legado", charset="utf8mb4"
        )
        try:
            with connection.cursor() as cursor:
                for each in statements:
                    cursor.execute(each)
                new_id = int(cursor.lastrowid or 0)
            connection.commit()
        finally:
            connection.close()
        return new_id

    def open_account(self, table: str = "clientes", **changes: Any) -> tuple[int, people.Person]:
        """Insert a made-up person with these `changes`; return the id and the person."""
        columns = {**people.invent(self._random).columns, "telefone": "(11) 90000-0001", **changes}
        person = people.Person(**{name: columns[name] for name in columns if name != "id"})
        names = ", ".join(columns)
        values = ", ".join("NULL" if each is None else f"'{each}'" for each in columns.values())
        return self.sql(f"INSERT INTO {table} ({names}) VALUES ({values})"), person

    # -- the copy

    def lean(self, customer: int) -> dict[str, Any] | None:
        """Return the copy's row of a customer of the bank, None where there never was one."""
        person = person_hash(settings.TELEVENDAS_KEY, SOURCE, str(customer))
        found = sqlite3.connect(f"file:{self.plan.var / 'televendas.sqlite3'}?mode=ro", uri=True)
        try:
            found.row_factory = sqlite3.Row
            query = f"SELECT {_COLUMNS} FROM televendas_customer WHERE person = ?"
            row = found.execute(query, (person,)).fetchone()
        finally:
            found.close()
        return None if row is None else dict(row)

    def wait_lean(self, customer: int, **wanted: Any) -> dict[str, Any]:
        """Wait until the copy's row of the customer has these values; return all of it."""

        def is_there() -> bool:
            row = self.lean(customer)
            return row is not None and wanted.items() <= row.items()

        wait_until(is_there, seconds=SECONDS, what=f"customer {customer} with {wanted}")
        row = self.lean(customer)
        assert row is not None
        return row

    def sweep(self) -> None:
        """Sweep by every snapshot that was noted, as soon as the reader is past each."""
        eventually(lambda: "waits, for" not in self._manage("sweep_televendas"), "the sweep")

    def _manage(self, *arguments: str) -> str:
        done = subprocess.run(
            manage(*arguments),
            cwd=ROOT,
            env=self.plan.surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    # -- the topic

    def ends(self, topic: str) -> dict[TopicPartition, int]:
        """Return each partition of the topic with its next offset."""
        with _reader(self.plan.bootstrap_servers) as reader:
            return _ends(reader, topic)

    def records(self, topic: str = "customers", key: int | None = None) -> list[Any]:
        """Return the topic's records, of one customer where `key` says so, as the client has them.

        Order holds within a partition, so within a key.
        """
        with _reader(self.plan.bootstrap_servers) as reader:
            wanted = sum(_ends(reader, topic).values())
            reader.assign(
                [TopicPartition(topic, each.partition, 0) for each in _ends(reader, topic)]
            )
            found: list[Any] = []
            end = time.monotonic() + SECONDS
            while len(found) < wanted and time.monotonic() < end:
                found += reader.consume(500, 0.2)
        assert len(found) == wanted, f"{len(found)} of {wanted} records of {topic}"
        key_text = None if key is None else json.dumps({"id": key}, separators=(",", ":")).encode()
        return [each for each in found if key_text in {None, each.key()}]

    def log_bytes(self, topic: str) -> bytes:
        """Return every byte that the broker keeps of the topic; none before it has one.

        The zeros that indexes are filled up with are left out: 20 MB a partition. So is a
        checkpoint that is being written: the broker renames it meanwhile.
        """
        folders = sorted((self.plan.var / "kafka" / "data").glob(f"{topic}-[0-9]*"))
        files = [
            path
            for each in folders
            for path in each.iterdir()
            if path.is_file() and path.suffix != ".tmp"
        ]
        return b"".join(path.read_bytes().rstrip(b"\0") for path in files)

    # -- Connect

    def connect(self, name: str, **changes: str) -> None:
        """Have Connect run the committed connector under another name, with these `changes`.

        Wait until its task runs; the server id, the prefix and the history are its own.
        """
        config = json.loads(CONNECTOR.read_text())["config"]
        config |= {
            "database.server.id": str(5500 + sum(name.encode()) % 400),
            "topic.prefix": name,
            "schema.history.internal.file.filename": f"${{env:BANCO1_HISTORY_FILE}}.{name}",
        }
        config = {key: value for key, value in (config | changes).items() if value}
        answer = httpx.put(f"{self.rest}/{name}/config", json=config, timeout=30, trust_env=False)
        assert answer.is_success, answer.text
        wait_until(lambda: self._task_state(name) == "RUNNING", seconds=SECONDS, what=name)

    def disconnect(self, name: str) -> None:
        """Have Connect forget the connector."""
        httpx.delete(f"{self.rest}/{name}", timeout=30, trust_env=False)

    def _task_state(self, name: str) -> str:
        answer = httpx.get(f"{self.rest}/{name}/status", timeout=10, trust_env=False)
        tasks = answer.json().get("tasks") if answer.is_success else None
        return tasks[0]["state"] if tasks else ""


class _reader:  # noqa: N801 - a context manager, used as a word
    def __init__(self, bootstrap_servers: str) -> None:
        options: Mapping[str, Any] = {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "unused",
            "enable.auto.commit": False,
        }
        self._consumer = Consumer(dict(options))

    def __enter__(self) -> Consumer:
        return self._consumer

    def __exit__(self, *_details: object) -> None:
        self._consumer.close()


def _ends(reader: Consumer, topic: str) -> dict[TopicPartition, int]:
    partitions = reader.list_topics(topic, timeout=10).topics[topic].partitions
    places = [TopicPartition(topic, each) for each in sorted(partitions)]
    return {each: reader.get_watermark_offsets(each, timeout=10)[1] for each in places}


def eventually(is_true: Callable[[], object], what: str = "") -> None:
    """Wait until the answer is true."""
    wait_until(is_true, seconds=SECONDS, what=what)
