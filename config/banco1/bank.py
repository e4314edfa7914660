"""What the legacy bank's program does to its customers, by dice."""

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from config.banco1 import people
from config.banco1.table import Table

if TYPE_CHECKING:
    import MySQLdb

# Keys that are given anew lie far above those that the table counts.
_NEW_KEYS = 1_000_000_000


class Bank:
    """The bank's own connection to its table `clientes`; one thread at a time may use it."""

    def __init__(self, connection: "MySQLdb.Connection", random: Random) -> None:
        """Act on `connection` by the dice of `random`."""
        self._table = Table(connection)
        self._random = random

    def count(self) -> int:
        """Return how many customers there are."""
        return self._table.count()

    def open_accounts(self, number: int) -> None:
        """Add `number` customers in one transaction."""
        self._table.open_all([people.invent(self._random) for _ in range(number)])

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
        """Write a customer anew under the same id."""
        values = people.invent(self._random).columns
        if (customer := self._table.somebody()) is not None:
            self._table.replace(customer, values)

    def close_account(self) -> None:
        """Delete a customer."""
        if (customer := self._table.somebody()) is not None:
            self._table.close(customer)

    def erase(self) -> None:
        """Fulfil a customer's order to erase."""
        if (customer := self._table.somebody()) is not None:
            self._table.erase(customer)

    def _change(self, columns: Mapping[str, Any]) -> None:
        if (customer := self._table.somebody()) is not None:
            self._table.change(customer, columns)
