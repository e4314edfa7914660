"""Banco 1's own table, written by a play over SQL and nothing else, on a real server."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.banco1 import people
from config.banco1.access import KEY, Access, AwayError
from config.banco1.comparison import differing
from config.banco1.play import Play
from config.banco1.table import Table, opened
from config.launcher import demo, ports
from config.tests.banco1.legacy import House
from messaging.records import Record
from messaging.testing import deliver_record
from televendas.consumers.televendas import Televendas

pytestmark = pytest.mark.mariadb
PASSWORD = "a-password-of-nobody"


@pytest.fixture
def table(house: House) -> Iterator[Table]:
    with opened(house.access) as table:
        yield table


def anybody(**changes: Any) -> dict[str, Any]:
    return {**people.invent(Random(5)).columns, **changes}


class TestTable:
    def test_keeps_the_whole_record_and_tells_what_may_leave(
        self, house: House, table: Table
    ) -> None:
        columns = anybody(nome="Úrsula do Exemplo", telefone=None, regiao="NE")

        customer = table.open(columns)

        assert house.rows()[customer] == tuple(columns.values())
        assert table.rows([customer, customer + 1]) == {
            customer: {"nome": "Úrsula do Exemplo", "telefone": None, "regiao": "NE"}
        }
        assert table.rows([]) == {}

    def test_tells_whether_somebody_was_there_also_when_nothing_changes(self, table: Table) -> None:
        customer = table.open(anybody(regiao="SE"))

        assert table.change(customer, {"regiao": "SE"})
        assert not table.change(customer + 1, {"regiao": "SE"})
        assert not table.erase(customer + 1)
        assert table.erase(customer)
        assert not table.change(customer, {"regiao": "S"})

    def test_shows_a_writer_what_others_have_written_since(
        self, house: House, table: Table
    ) -> None:
        customer = table.open(anybody(nome="Before"))
        assert table.rows([customer])[customer]["nome"] == "Before"

        house.do(f"UPDATE {house.database}.clientes SET nome = 'After'")

        assert table.rows([customer])[customer]["nome"] == "After"


class TestPlay:
    def test_leaves_in_the_table_what_it_says(self, house: House, table: Table) -> None:
        play = Play(table, Random(7))

        acts = Counter(play.act() for _ in range(250))

        assert set(acts) == {"create", "move", "change_phone", "change_what_stays", "erase"}
        assert sorted(house.rows()) == sorted(play.there)
        assert len(play.gone) == acts["erase"] > 0
        assert {table.source_of(each) for each in play.there} == {"banco1"}

    def test_bears_that_others_take_its_people_away(self, house: House, table: Table) -> None:
        play = Play(table, Random(8))
        for _ in range(20):
            play.act()
        made = set(play.everybody)

        house.do(f"DELETE FROM {house.database}.clientes")
        acts = Counter(play.act() for _ in range(60))

        assert acts.total() == 60
        assert made & play.gone
        assert set(house.rows()) == set(play.there) - made


@pytest.fixture
def beside(house: House, settings: Any, tmp_path: Path) -> Access:
    """Say in var/demo.json that this bank runs, and have no broker anywhere."""
    settings.VAR_DIR = tmp_path
    settings.KAFKA_BOOTSTRAP_SERVERS = f"127.0.0.1:{ports.free_port()}"
    demo.write(tmp_path, {KEY: house.access.as_dict()})
    return house.access


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
class TestSimulateCustomers:
    def test_writes_the_table_without_a_broker_and_names_who_the_copy_lacks(
        self, house: House, beside: Access
    ) -> None:
        said = io.StringIO()

        with pytest.raises(CommandError, match=r"^customer [0-9]"):
            call_command("simulate_customers", count=30, rate=1000, seed=3, settle=0, stdout=said)

        there = len(house.rows())
        assert there > 5
        assert f"In Banco 1's own table at {beside.address}" in said.getvalue()
        assert "30 acts: " in said.getvalue()
        assert f"{there} people are there" in said.getvalue()

    def test_compares_with_the_table_as_it_is_at_last(self, house: House, table: Table) -> None:
        customer = table.open(anybody(nome="Told Then", telefone="(11) 90000-0001", regiao="S"))
        assert differing(table, [customer]) == [customer]
        captured(customer, 1, table)
        assert differing(table, [customer]) == []

        house.do(f"UPDATE {house.database}.clientes SET telefone = 'ramal', nome = 'By Another'")

        assert differing(table, [customer]) == [customer]
        captured(customer, 2, table)
        assert differing(table, [customer]) == []

        house.do(f"DELETE FROM {house.database}.clientes")
        assert differing(table, [customer]) == [customer]


def captured(customer: int, position: int, table: Table) -> None:
    """Let the reader of telesales hear of the row as it is now, as the connector tells it."""
    row = {"id": customer, **table.rows([customer])[customer]}
    source = {"file": "bin.000001", "pos": position, "row": 0}
    event = {"op": "u", "before": None, "after": row, "source": source, "ts_ms": 0}
    key, value = json.dumps({"id": customer}).encode(), json.dumps(event).encode()
    deliver_record(Televendas, Record("customers", 0, position, key, value, 0))


class TestAway:
    def test_is_another_thing_than_none_that_plays_by_itself(
        self, settings: Any, tmp_path: Path
    ) -> None:
        settings.VAR_DIR = tmp_path

        with pytest.raises(CommandError, match="bin/run --with banco1 starts one"):
            call_command("simulate_banco1")

    def test_is_an_error_without_row_or_password(self, settings: Any, tmp_path: Path) -> None:
        settings.VAR_DIR = tmp_path
        port = ports.free_port()
        away = Access(host="127.0.0.1", port=port, user="banco1", password=PASSWORD)
        demo.write(tmp_path, {KEY: away.as_dict()})

        with pytest.raises(CommandError) as refused:
            call_command("simulate_customers", count=1)

        said = str(refused.value)
        assert said.startswith(f"Banco 1 is said to run at 127.0.0.1:{port}, and its database")
        assert "bin/run --with banco1 starts it" in said
        assert PASSWORD not in said + repr(away)

    def test_tells_of_a_refusal_by_its_number_alone(self, house: House) -> None:
        with pytest.raises(AwayError) as refused, opened(house.access) as table:
            table.open(anybody(nome="Nobody Shall Read This" * 20))

        assert "DataError 1406" in str(refused.value)
        assert "Nobody" not in str(refused.value)
