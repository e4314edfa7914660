"""Records as each source really writes them, with the fields that nobody here may keep.

The change-capture samples have the layout of records taken from a real connector (Debezium 3.5 on
MariaDB 10.11); the people are invented.
"""

import json
from datetime import UTC, datetime
from typing import Any

from messaging.records import Headers, Record
from televendas.domain import versions
from televendas.events import CUSTOMERS, CustomerRead

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CANARY = "canary-5d1f"
FORBIDDEN: dict[str, Any] = {
    "cpf": f"{CANARY}-111.444.777-35",
    "email": f"{CANARY}@example.com",
    "endereco": {"rua": f"{CANARY} 1", "numeros": [1, 2, {"x": CANARY}]},
    "data_nascimento": 7300,
    CANARY: CANARY,
}
PERSON = {"id": 1, "nome": "Maria da Silva", "telefone": "(11) 98765-4321", "regiao": "SE"}


def record(
    value: object, *, key: object = None, offset: int = 0, partition: int = 0, headers: Headers = ()
) -> Record:
    """Return a record; bytes and None are taken as they are, everything else becomes JSON."""
    return Record(
        topic=CUSTOMERS.name,
        partition=partition,
        offset=offset,
        key=_bytes(key),
        value=_bytes(value),
        timestamp_ms=int(NOW.timestamp() * 1000),
        headers=headers,
    )


def place(position: int, *, row: int = 0, snapshot: str = "false") -> dict[str, Any]:
    """Return Debezium's `source` at `position` of the first log file."""
    return {
        "version": "3.5.0.Final",
        "connector": "mariadb",
        "name": "legado",
        "ts_ms": 1_780_000_000_000,
        "snapshot": snapshot,
        "db": "legado",
        "table": "clientes",
        "server_id": 1,
        "gtid": None,
        "file": "bin.000001",
        "pos": position,
        "row": row,
        "thread": None,
        "query": None,
    }


def envelope(
    op: str,
    position: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    snapshot: str = "false",
) -> dict[str, Any]:
    """Return a change as Debezium's envelope, schemas off."""
    return {
        "before": before,
        "after": after,
        "source": place(position, snapshot=snapshot),
        "transaction": None,
        "op": op,
        "ts_ms": 1_780_000_000_123,
    }


def created(position: int, **changes: Any) -> dict[str, Any]:
    """Return the envelope of a create, with forbidden fields beside the allowed ones."""
    return envelope("c", position, after={**PERSON, **FORBIDDEN, **changes})


def deleted(position: int, **changes: Any) -> dict[str, Any]:
    """Return the envelope of a delete."""
    return envelope("d", position, before={**PERSON, **FORBIDDEN, **changes})


def with_schema(payload: object) -> dict[str, Any]:
    """Return a value or key as the converter writes it with schemas on."""
    fields = [{"type": "string", "optional": True, "field": "nome"}]
    return {
        "schema": {"type": "struct", "fields": fields, "name": "legado.Key"},
        "payload": payload,
    }


def flattened(**changes: Any) -> dict[str, Any]:
    """Return a flattened row as `ExtractNewRecordState` writes it in `rewrite` mode."""
    return {**PERSON, **FORBIDDEN, "__deleted": "false", **changes}


def position_headers(position: int) -> Headers:
    """Return what `add.headers=op,source.file,source.pos,source.row` puts on a record."""
    return (
        ("__op", b"c"),
        ("__source_file", b"bin.000001"),
        ("__source_pos", str(position).encode()),
        ("__source_row", b"0"),
    )


def lean(version: int = 1, **changes: Any) -> dict[str, Any]:
    """Return our own event."""
    return {
        "customer_id": "c-1",
        "name": "Maria da Silva",
        "phone": "+5511987654321",
        "region": "SP",
        "version": version,
        "deleted": False,
        "erased": False,
        **changes,
    }


def flat(**changes: Any) -> dict[str, Any]:
    """Return a row with column names of its own, all strings."""
    return {
        "CD_CLIENTE": "000042",
        "NM_CLIENTE": "MARIA DA SILVA",
        "TEL_CLIENTE": "011 98765-4321",
        "CD_REGIAO": "3",
        "STATUS": "A",
        "NR_CPF": f"{CANARY}-2",
        **changes,
    }


def _bytes(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False).encode()


def at(position: int, row: int = 0) -> str:
    """Return the version of a row that stands there in the binary log."""
    return versions.of_binlog("bin.000001", position, row)


def maria(version: str, **changes: Any) -> CustomerRead:
    """Return what is read of every sample of `PERSON`."""
    fields: dict[str, Any] = {
        "origin": "banco1",
        "customer_id": "1",
        "version": version,
        "name": "Maria da Silva",
        "phone": "+5511987654321",
        "region": "SE",
    }
    return CustomerRead(**{**fields, **changes})


def gone(version: str | None, **changes: Any) -> CustomerRead:
    """Return what is read of `PERSON` once that person has left."""
    fields: dict[str, Any] = {"origin": "banco1", "customer_id": "1", "is_deleted": True}
    return CustomerRead(version=version, **{**fields, **changes})
