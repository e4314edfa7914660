"""The bank's acts on a real table, and what each of its users may do, by the committed schema."""

from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any

import MySQLdb
import pytest

from config.banco1.bank import Bank
from config.banco1.day import Day
from config.tests.banco1.legacy import House

pytestmark = pytest.mark.mariadb
_DENIED = {1044, 1045, 1142, 1143, 1227}


@pytest.fixture
def bank(house: House) -> Iterator[Bank]:
    with closing(house.connection("banco1")) as connection:
        connection.select_db(house.database)
        bank = Bank(connection, Random(4))
        bank.open_accounts(20)
        yield bank


class TestBank:
    @pytest.mark.parametrize(
        ("act", "more"), [("open_account", 1), ("close_account", -1), ("erase", -1)]
    )
    def test_opens_and_closes(self, house: House, bank: Bank, act: str, more: int) -> None:
        getattr(bank, act)()

        assert bank.count() == len(house.rows()) == 20 + more

    @pytest.mark.parametrize("act", ["move", "change_phone", "change_what_stays_here", "replace"])
    def test_changes_one_customer_and_no_key(self, house: House, bank: Bank, act: str) -> None:
        before = house.rows()

        getattr(bank, act)()

        after = house.rows()
        assert after.keys() == before.keys()
        assert sum(after[key] != before[key] for key in before) == 1

    def test_changes_a_key_and_nothing_else(self, house: House, bank: Bank) -> None:
        before = house.rows()

        bank.change_key()

        after = house.rows()
        assert len(after.keys() - before.keys()) == 1
        assert sorted(map(str, after.values())) == sorted(map(str, before.values()))


class TestDay:
    def test_fills_the_table_and_goes_on_until_told_to_stop(self, house: House) -> None:
        class Counted(Random):
            acts = 0

            def choices(self, *given: Any, **named: Any) -> list[Any]:
                self.acts += 1
                if self.acts > 30:
                    day.stop()
                return super().choices(*given, **named)

        def connected() -> "MySQLdb.Connection":
            connection = house.connection("banco1")
            connection.select_db(house.database)
            return connection

        day = Day(customers=10, rate=1000, random=Counted(1), connected=connected)
        assert day.trouble() == "not begun"

        day.run()

        assert day.trouble() is None
        assert 5 < len(house.rows()) < 30


class TestUsers:
    def test_lets_the_connector_read_the_customers_and_the_log(self, house: House) -> None:
        assert house.do(f"SELECT COUNT(*) FROM {house.database}.clientes", user="captura")
        house.do("SHOW MASTER STATUS", user="captura")

    @pytest.mark.parametrize(
        ("user", "statement"),
        [
            ("captura", "DELETE FROM {database}.clientes"),
            ("captura", "SELECT * FROM {database}.batimento"),
            ("captura", "SELECT * FROM mysql.user"),
            ("banco1", "DROP TABLE {database}.clientes"),
            ("banco1", "SHOW MASTER STATUS"),
            ("saude", "SELECT * FROM {database}.clientes"),
        ],
    )
    def test_lets_nobody_do_more(self, house: House, user: str, statement: str) -> None:
        with pytest.raises(MySQLdb.Error) as refused:
            house.do(statement.format(database=house.database), user=user)

        assert refused.value.args[0] in _DENIED
