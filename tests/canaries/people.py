"""Synthetic people as sources send them, with ten canaries each; some records are broken."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tests.canaries.scan import MARK, NUMBER

NAME: Final = "Sintetica Permitida"
"""In every name that may be kept."""
TROUBLE: Final = "Recusada Pelo Banco"
"""In the names that the database is made to refuse."""
TROUBLES: Final = (57, 58)
_SHARE: Final = 100


class Sent(NamedTuple):
    """One record, and whether somebody is there because of it."""

    key: bytes
    value: bytes | None
    is_kept: bool


def forbidden(number: int) -> dict[str, Any]:
    """Return ten fields that nobody may keep, each with the canary in it."""
    text = f"{MARK} {number}"
    return {
        "cpf": text,
        "rg": f"{number} {MARK}",
        "email": f"{MARK}.{number}@exemplo.invalid",
        "endereco": {"rua": text, "partes": [1, {"complemento": MARK}]},
        "data_nascimento": text,
        "renda": NUMBER,
        "nome_mae": f"Mae {MARK}",
        "cartao": [text, text],
        "senha": MARK,
        "observacoes": (MARK + " ") * (400 if number % 500 == 7 else 3),
    }


def phone(number: int) -> str:
    """Return the phone of the person, as it is kept."""
    return f"+55119{80_000_000 + number}"


def records(count: int) -> Iterator[Sent]:
    """Give `count` people in every shape; one in a hundred is poison, one in fifty leaves again."""
    for number in range(count):
        if number % _SHARE == 0:
            yield _poison(number)
            continue
        yield Sent(_key(number), _dumped(_shape(number)), is_kept=number % 50 != 1)
        if number % 50 == 1:
            yield Sent(_key(number), _dumped(_change("d", number, before=_row(number))), False)
            yield Sent(_key(number), None, False)


def _shape(number: int) -> dict[str, Any]:
    match number % 5:
        case 0:
            return _flat(number)
        case 2:
            payload = _change("c", number, after=_row(number))
            return {"schema": {"type": "struct", "name": MARK}, "payload": payload}
        case 3:
            place = {"__source_file": "bin.000001", "__source_pos": 1000 + number}
            return {**_row(number), **place, "__deleted": "false", MARK: MARK}
        case _:
            before = {**_row(number), "nome": f"{MARK} de antes"}
            return _change("u", number, before=before, after=_row(number))


def _row(number: int) -> dict[str, Any]:
    name = TROUBLE if number in TROUBLES else NAME
    # Longer than any name that is kept, without a canary in what may be kept.
    longer = " de" * 60 if number % 97 == 3 else ""
    return {
        "id": number,
        "nome": f"{name} {number}{longer}",
        "telefone": phone(number) if number % 31 else f"{MARK} " * 20,
        "regiao": "SE",
        **forbidden(number),
    }


def _change(op: str, number: int, **images: Any) -> dict[str, Any]:
    position = 1000 + number + (op == "d")
    source = {"file": "bin.000001", "pos": position, "row": 0, "query": f"INSERT {MARK}"}
    return {"before": None, "after": None, **images, "source": source, "op": op, "ts_ms": 1}


def _flat(number: int) -> dict[str, Any]:
    return {
        "CD_CLIENTE": f"{number:08}",
        "NM_CLIENTE": f"{NAME} {number}",
        "TEL_CLIENTE": phone(number),
        "CD_REGIAO": "3",
        "STATUS": "A",
        **forbidden(number),
    }


def _poison(number: int) -> Sent:
    row = _row(number)
    broken: list[bytes] = [
        _dumped(_change("c", number, after={**row, "nome": [MARK, row]})),
        _dumped(_change("c", number, after={**row, "telefone": {MARK: MARK}})),
        _dumped(_change("c", number, after={**row, "id": f"{MARK}-" * 20})),
        _dumped(_change(MARK, number, after=row)),
        _dumped({**forbidden(number), f"chave {MARK}": MARK}),
        _dumped(_flat(number))[:-9] + MARK.encode(),
        b"\xff\xfe" + MARK.encode("utf-16"),
        MARK.encode(),
        _dumped({**_row(number), "__source_file": f"{MARK}.bin", "__source_pos": MARK}),
        _dumped([row, MARK]),
    ]
    key = _dumped({"id": MARK}) if number % 3 else MARK.encode()
    return Sent(key, broken[number // _SHARE % len(broken)], is_kept=False)


def _key(number: int) -> bytes:
    if number % 5 == 0:
        return f"{number:08}".encode()
    return _dumped({"id": number})


def _dumped(value: object) -> bytes:
    # Both manners of writing what is not ASCII down.
    return json.dumps(value, ensure_ascii=isinstance(value, list)).encode()
