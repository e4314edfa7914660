"""What the legacy bank's program does to its table, one transaction an act."""

import os
from collections.abc import Mapping
from random import Random
from typing import Any

import MySQLdb

from config.banco1 import people

_COLUMNS = tuple(people.Person.__dataclass_fields__)
_INSERT = (
    f"INSERT INTO clientes ({', '.join(_COLUMNS)})"  # noqa: S608 - our own columns
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)
_DELETE = "DELETE FROM clientes WHERE id = %s"
# Keys that are given anew lie far above those that the table counts.
_NEW_KEYS = 1_000_000_000
# What stays of somebody's record between the order to erase and the deletion: nothing.
_BLANK = {
    "nome": "-",
    "cpf": "-",
    "email": "-",
    "telefone": None,
    "nome_mae": "-",
    "endereco": "-",
    "cidade": "-",
    "cep": "-",
    "renda": 0,
    "observacoes": "",
    "nascimento": "1900-01-01",
}


class Bank:
    """The bank's own connection to its table `clientes`; one thread at a time may use it."""

    def __init__(self, connection: "MySQLdb.Connection", random: Random) -> None:
        """Act on `connection` by the dice of `random`."""
        self._connection = connection
        self._random = random

    def count(self) -> int:
        """Return how many customers there are."""
        return int(self._ask("SELECT COUNT(*) FROM clientes")[0][0])

    def open_accounts(self, number: int) -> None:
        """Add `number` customers in one transaction."""
        invented = [people.invent(self._random).columns for _ in range(number)]
        with self._connection.cursor() as cursor:
            cursor.executemany(_INSERT, [tuple(each.values()) for each in invented])
        self._connection.commit()

    def open_account(self) -> None:
        """Add one customer."""
        self.open_accounts(1)

    def move(self) -> None:
        """Have a customer move: region, address and phone become others."""
        self._change(people.place(self._random))

    def change_phone(self) -> None:
        """Give a customer another phone, or none, or one that nobody can read."""
        area = self._random.choice(("11", "51", "81"))
        choices = (
            people.phone(self._random, area),
            people.phone(self._random, area),
            None,
            "ramal",
        )
        self._change({"telefone": self._random.choice(choices)})

    def change_what_stays_here(self) -> None:
        """Change columns that telesales never sees; nothing may leave the bank by that."""
        person = people.invent(self._random).columns
        self._change({name: person[name] for name in ("cpf", "email", "renda", "endereco")})

    def change_key(self) -> None:
        """Give a customer another id."""
        self._change({"id": _NEW_KEYS + self._random.randrange(_NEW_KEYS)})

    def replace(self) -> None:
        """Write a customer anew under the same id: the database deletes and inserts."""
        values = people.invent(self._random).columns
        columns = ", ".join(["id", *values])
        places = ", ".join(["%s"] * (len(values) + 1))
        statement = f"REPLACE INTO clientes ({columns}) VALUES ({places})"  # noqa: S608 - our columns
        for customer in self._pick():
            self._do((statement, (customer, *values.values())))

    def close_account(self) -> None:
        """Delete a customer."""
        for customer in self._pick():
            self._do((_DELETE, (customer,)))

    def erase(self) -> None:
        """Fulfil an order to erase: the record is blanked and deleted in one transaction."""
        for customer in self._pick():
            self._do(_update(customer, _BLANK), (_DELETE, (customer,)))

    def _change(self, values: Mapping[str, Any]) -> None:
        for customer in self._pick():
            self._do(_update(customer, values))

    def _pick(self) -> list[int]:
        """Return one customer's id, or none where there is nobody."""
        found = self._ask("SELECT id FROM clientes ORDER BY RAND() LIMIT 1")
        return [int(row[0]) for row in found]

    def _ask(self, statement: str) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            found = cursor.fetchall()
        # Without this the next look would be at the same moment as this one.
        self._connection.commit()
        return found

    def _do(self, *steps: tuple[str, tuple[Any, ...]]) -> None:
        """Carry out the steps (statement and values) in one transaction."""
        with self._connection.cursor() as cursor:
            for step in steps:
                cursor.execute(*step)
        self._connection.commit()


def _update(customer: int, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    assignments = ", ".join(f"{name} = %s" for name in values)
    statement = f"UPDATE clientes SET {assignments} WHERE id = %s"  # noqa: S608 - our own columns
    return statement, (*values.values(), customer)


def connect(told: Mapping[str, str] = os.environ) -> "MySQLdb.Connection":
    """Return a connection of the bank's program, by the addresses in BANCO1_*.

    Raise MySQLdb.Error while the database is away.
    """
    return MySQLdb.connect(
        host=told["BANCO1_HOST"],
        port=int(told["BANCO1_PORT"]),
        user=told["BANCO1_APPLICATION_USER"],
        password=told["BANCO1_APPLICATION_PASSWORD"],
        database="legado",
        charset="utf8mb4",
        connect_timeout=2,
    )
