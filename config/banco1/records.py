"""The records that an outside producer writes about Banco 1's customers, with all that it knows.

In three shapes, one a customer: Debezium's envelope, its flattened row with `__deleted`, and flat
rows with column names of their own. Everything in them is invented.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, Final, NamedTuple

from config.banco1 import people

# Ids far from those of the legacy table that `simulate_banco1` changes, which share the topic.
FIRST_ID: Final = 700_000_000
_FLAT: Final = {
    "nome": "NM_CLIENTE",
    "telefone": "TEL_CLIENTE",
    "regiao": "CD_REGIAO",
    "cpf": "NR_CPF",
    "email": "DS_EMAIL",
    "endereco": "DS_ENDERECO",
    "nascimento": "DT_NASCIMENTO",
}
_SHAPES: Final = ("envelope", "flattened", "rows")


class Written(NamedTuple):
    """One record: its key, its value, or None for a tombstone."""

    key: bytes
    value: bytes | None


@dataclass(slots=True)
class Stream:
    """What happens to Banco 1's customers, as records; `random` are the dice of all of it.

    `alive` holds by id who is there, `gone` who left.
    """

    random: Random
    first_id: int = FIRST_ID
    alive: dict[int, dict[str, Any]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    _position: int = 0

    def __post_init__(self) -> None:
        """Begin where no earlier play of this session has written."""
        self._position = self.first_id

    def act(self) -> tuple[str, list[Written]]:
        """Return the name of something that happened, and its records."""
        if len(self.alive) < len(_SHAPES):
            return "create", self.create()
        acts = {"create": 50, "move": 20, "change_phone": 18, "change_what_stays": 8, "erase": 4}
        name = self.random.choices(list(acts), list(acts.values()))[0]
        return name, getattr(self, name)()

    def create(self) -> list[Written]:
        """Have a customer open an account."""
        customer = self.first_id + len(self.alive) + len(self.gone)
        self.alive[customer] = people.invent(self.random).columns
        return [self._written(customer, "c")]

    def move(self) -> list[Written]:
        """Have a customer move to another region, or within one."""
        return self._changed(people.place(self.random))

    def change_phone(self) -> list[Written]:
        """Give a customer another phone, or none."""
        area = self.random.choice(("11", "51", "81"))
        # One in ten has none any more.
        phone = people.phone(self.random, area) if self.random.randrange(10) else None
        return self._changed({"telefone": phone})

    def change_what_stays(self) -> list[Written]:
        """Change what telesales may not know: the record comes, and nothing may follow of it."""
        other = people.invent(self.random).columns
        return self._changed({name: other[name] for name in ("cpf", "email", "renda", "endereco")})

    def erase(self) -> list[Written]:
        """Have a customer leave: the deletion, and the tombstone for compaction."""
        customer = self.random.choice(list(self.alive))
        deletion = self._written(customer, "d")
        del self.alive[customer]
        self.gone.add(customer)
        return [deletion, Written(deletion.key, None)]

    def _changed(self, values: dict[str, Any]) -> list[Written]:
        customer = self.random.choice(list(self.alive))
        self.alive[customer].update(values)
        return [self._written(customer, "u")]

    def _written(self, customer: int, op: str) -> Written:
        self._position += 1
        shape = _SHAPES[customer % len(_SHAPES)]
        made: Written = getattr(self, f"_{shape}")(customer, self.alive[customer], op)
        return made

    def _envelope(self, customer: int, row: dict[str, Any], op: str) -> Written:
        source = {"connector": "mariadb", "name": "legado", "table": "clientes", **self._place()}
        side = "before" if op == "d" else "after"
        images = {"before": None, "after": None, side: {"id": customer, **row}}
        return _record({"id": customer}, {**images, "source": source, "op": op, "ts_ms": 0})

    def _flattened(self, customer: int, row: dict[str, Any], op: str) -> Written:
        added = {f"__source_{name}": value for name, value in self._place().items()}
        deleted = "true" if op == "d" else "false"
        return _record({"id": customer}, {"id": customer, **row, **added, "__deleted": deleted})

    def _rows(self, customer: int, row: dict[str, Any], op: str) -> Written:
        renamed = {new: str(row[old] or "") for old, new in _FLAT.items()}
        status = "I" if op == "d" else "A"
        value = {"CD_CLIENTE": str(customer), **renamed, "STATUS": status}
        return Written(str(customer).encode(), _json(value))

    def _place(self) -> dict[str, Any]:
        return {"file": "bin.000001", "pos": self._position, "row": 0}


def source_of(customer: int) -> str:
    """Return under which declared source the customer of this id comes."""
    return "banco1_rows" if _SHAPES[customer % len(_SHAPES)] == "rows" else "banco1"


def records_of(stream: Stream, acts: int) -> Iterator[tuple[str, list[Written]]]:
    """Give `acts` acts of the stream."""
    for _ in range(acts):
        yield stream.act()


def _record(key: dict[str, Any], value: dict[str, Any]) -> Written:
    return Written(_json(key), _json(value))


def _json(value: object) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
