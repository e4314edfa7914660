"""The lean copy is lean: no forbidden field of anybody is in any byte that is left (P15)."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from prometheus_client import generate_latest

from messaging.testing import FakeClock, MemoryBroker, drain
from messaging.testing.files import bytes_at_rest
from televendas.consumers.televendas import Televendas
from televendas.events import CUSTOMERS
from televendas.models import Customer
from tests.canaries import people, scan
from tests.canaries.run import Run

# `bin/faults` has more, on both databases; files of SQLite are in the test above.
PEOPLE = int(os.environ.get("TRILHO_CANARY_PEOPLE", "10000"))
DATABASES = ["mariadb", "sqlite"] if "TRILHO_CANARY_PEOPLE" in os.environ else ["mariadb"]


def stored(alias: str) -> bytes:
    """Return all that SQL can read of a database, and on SQLite its files too."""
    connection = connections[alias]
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            parts += [repr(row).encode() + plain(row) for row in cursor.fetchall()]
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        files = [file, file.with_name(f"{file.name}-wal")]
        parts.append(bytes_at_rest(files))
    return b"\n".join(parts)


def plain(row: tuple[Any, ...]) -> bytes:
    return b" ".join(str(value).encode() for value in row)


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
class TestLeanCopy:
    def test_holds_nothing_else_of_anybody(self, caplog: pytest.LogCaptureFixture) -> None:
        broker = MemoryBroker(FakeClock())
        for each in people.records(400):
            broker.produce(CUSTOMERS.name, each.value, key=each.key)

        with caplog.at_level("DEBUG"):
            drain(Televendas, broker=broker)

        letters = b"\n".join(
            b" ".join([each.key or b"", each.value or b"", repr(each.headers).encode()])
            for each in broker.records("televendas.dlq")
        )
        kept = {alias: stored(alias) for alias in ("default", "televendas")}
        assert people.NAME.encode() in kept["televendas"]
        assert people.phone(2).encode() in kept["televendas"]
        assert Customer.objects.filter(state="present").count() == 400 - 4 - 8
        assert letters.count(b"\n") == 4 - 1
        evidence = {**kept, "letters": letters, "logs": caplog.text.encode()}
        evidence["metrics"] = generate_latest()
        found = {place: scan.find(data) for place, data in evidence.items()}
        assert not any(found.values()), found

    def test_has_room_for_nothing_else(self) -> None:
        fields = {each.name for each in apps.get_model("televendas", "Customer")._meta.fields}

        assert fields == {
            *("person", "state", "source", "customer_id", "name", "phone", "phone_problem"),
            *("region", "version", "last_read", "last_place", "first_seen_at", "changed_at"),
            "retain_until",
        }


@pytest.mark.kafka
@pytest.mark.mariadb
@pytest.mark.faults
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", DATABASES)
class TestUnderFaults:
    def test_no_byte_that_is_left_holds_a_canary(
        self, database: str, tmp_path: Path, kafka_bootstrap: str
    ) -> None:
        is_on_mariadb = database == "mariadb"
        run = Run(tmp_path, kafka_bootstrap, people=PEOPLE, on_mariadb=is_on_mariadb)

        outcome = run.outcome()

        assert outcome.findings == []
        assert outcome.kills >= 3
