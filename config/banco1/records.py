"""The records that an outside producer writes about Banco 1's customers, with all that it knows.

In three shapes, one a customer: Debezium's envelope, its flattened row with `__deleted`, and flat
rows with column names of their own. Everything in them is invented.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

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
class OutsideProducer:
    """A bank that keeps its customers to itself, and gives `send` a record of each change."""

    send: Callable[[Written], None]
    first_id: int = FIRST_ID
    _kept: dict[int, dict[str, Any]] = field(default_factory=dict)
    _opened: int = 0
    _position: int = 0

    def __post_init__(self) -> None:
        """Begin where no earlier play of this session has written."""
        self._position = self.first_id

    def open(self, columns: Mapping[str, Any]) -> int:
        """Add a customer; return the id."""
        customer = self.first_id + self._opened
        self._opened += 1
        self._kept[customer] = dict(columns)
        self.send(self._written(customer, "c"))
        return customer

    def change(self, customer: int, columns: Mapping[str, Any]) -> bool:
        """Change these columns; tell whether the customer was there."""
        if customer not in self._kept:
            return False
        self._kept[customer].update(columns)
        self.send(self._written(customer, "u"))
        return True

    def erase(self, customer: int) -> bool:
        """Say that a customer left: the deletion, and the tombstone for compaction."""
        if customer not in self._kept:
            return False
        deletion = self._written(customer, "d")
        del self._kept[customer]
        self.send(deletion)
        self.send(Written(deletion.key, None))
        return True

    def rows(self, customers: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return what was last told of those who are there, by id."""
        return {each: self._kept[each] for each in customers if each in self._kept}

    def source_of(self, customer: int) -> str:
        """Return under which declared source the customer of this id comes."""
        return "banco1_rows" if _SHAPES[customer % len(_SHAPES)] == "rows" else "banco1"

    def _written(self, customer: int, op: str) -> Written:
        self._position += 1
        shape = _SHAPES[customer % len(_SHAPES)]
        made: Written = getattr(self, f"_{shape}")(customer, self._kept[customer], op)
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


def _record(key: dict[str, Any], value: dict[str, Any]) -> Written:
    return Written(_json(key), _json(value))


def _json(value: object) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
