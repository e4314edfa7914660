"""Banco 1's table `clientes` as the bank's own program writes it, one transaction an act."""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import MySQLdb
from MySQLdb.constants import CLIENT

from config.banco1 import people
from config.banco1.access import Access, AwayError

_COLUMNS: Final = tuple(people.Person.__dataclass_fields__)
_LEAN: Final = ("id", "nome", "telefone", "regiao")
_DELETE: Final = "DELETE FROM clientes WHERE id = %s"
# What stays of somebody's record between the order to erase and the deletion: nothing.
_BLANK: Final = {
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


class Table:
    """The table behind one connection, which one thread at a time may use."""

    def __init__(self, connection: "MySQLdb.Connection") -> None:
        """Work on `connection`, whose transactions are this object's own."""
        self._connection = connection

    def count(self) -> int:
        """Return how many customers there are."""
        return int(self._ask("SELECT COUNT(*) FROM clientes")[0][0])

    def somebody(self) -> int | None:
        """Return the id of any customer, None where there is nobody."""
        found = self._ask("SELECT id FROM clientes ORDER BY RAND() LIMIT 1")
        return int(found[0][0]) if found else None

    def rows(self, customers: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return by id what may leave the bank of those customers who are there."""
        if not customers:
            return {}
        columns, places = ", ".join(_LEAN), ", ".join(["%s"] * len(customers))
        statement = f"SELECT {columns} FROM clientes WHERE id IN ({places})"  # noqa: S608 - our columns
        found = self._ask(statement, tuple(customers))
        return {int(row[0]): dict(zip(_LEAN[1:], row[1:], strict=True)) for row in found}

    def source_of(self, customer: int) -> str:  # noqa: ARG002 - the table is one source
        """Return the source that the connector's records are declared under."""
        return "banco1"

    def open(self, columns: Mapping[str, Any]) -> int:
        """Add a customer; return the id that the database gave."""
        with self._connection.cursor() as cursor:
            cursor.execute(_write("INSERT", columns), tuple(columns.values()))
            customer = int(cursor.lastrowid)
        self._connection.commit()
        return customer

    def open_all(self, everybody: Collection[people.Person]) -> None:
        """Add customers in one transaction."""
        statement = _write("INSERT", _COLUMNS)
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, [tuple(each.columns.values()) for each in everybody])
        self._connection.commit()

    def change(self, customer: int, columns: Mapping[str, Any]) -> bool:
        """Change these columns; tell whether the customer was there."""
        return self._do(_update(customer, columns))

    def replace(self, customer: int, columns: Mapping[str, Any]) -> None:
        """Write a customer anew under the same id: the database deletes and inserts."""
        values = {"id": customer, **columns}
        self._do((_write("REPLACE", values), tuple(values.values())))

    def close(self, customer: int) -> bool:
        """Delete a customer; tell whether there was one."""
        return self._do((_DELETE, (customer,)))

    def erase(self, customer: int) -> bool:
        """Fulfil an order to erase: the record is blanked and deleted in one transaction."""
        return self._do(_update(customer, _BLANK), (_DELETE, (customer,)))

    def _ask(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchall()
        # Without this the next look would be at the same moment as this one.
        self._connection.commit()
        return found

    def _do(self, *steps: tuple[str, tuple[Any, ...]]) -> bool:
        """Carry out the steps (statement and values) in one transaction; tell if all met a row."""
        with self._connection.cursor() as cursor:
            met = [cursor.execute(*step) for step in steps]
        self._connection.commit()
        return all(met)


def _write(verb: str, columns: Collection[str]) -> str:
    places = ", ".join(["%s"] * len(columns))
    return f"{verb} INTO clientes ({', '.join(columns)}) VALUES ({places})"


def _update(customer: int, columns: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    assignments = ", ".join(f"{name} = %s" for name in columns)
    statement = f"UPDATE clientes SET {assignments} WHERE id = %s"  # noqa: S608 - our own columns
    return statement, (*columns.values(), customer)


def connect(access: Access) -> "MySQLdb.Connection":
    """Return a connection of the bank's program.

    Raise MySQLdb.Error while the database is away.
    """
    return MySQLdb.connect(
        host=access.host,
        port=access.port,
        user=access.user,
        password=access.password,
        database=access.database,
        charset="utf8mb4",
        connect_timeout=2,
        # A row that an update finds as it should be has been met all the same.
        client_flag=CLIENT.FOUND_ROWS,
    )


@contextlib.contextmanager
def opened(access: Access) -> Iterator[Table]:
    """Give the table; whatever the database refuses meanwhile becomes AwayError."""
    try:
        with contextlib.closing(connect(access)) as connection:
            yield Table(connection)
    except MySQLdb.Error as error:
        # Its text may quote a row.
        code = error.args[0] if error.args and isinstance(error.args[0], int) else "no code"
        said = f"{type(error).__name__} {code}"
        raise AwayError(
            f"Banco 1 is said to run at {access.address}, and its database fails us ({said})"
        ) from error
