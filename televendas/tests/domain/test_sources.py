"""Declarations of sources: what is read of a right one, what is said of a wrong one."""

from typing import Any

import pytest

from televendas.domain.sources import Version, declared

GOOD: dict[str, Any] = {
    "key": "id",
    "name": "nome",
    "phone": "telefone",
    "region": "regiao",
    "version": "binlog",
}


def without(column: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != column}


def test_a_right_one_names_its_columns() -> None:
    flag = {"STATUS": ["I"]}
    [source] = declared({"banco1": {**GOOD, "version": "offset", "deleted": flag}}).sources

    assert source.version is Version.OFFSET
    assert list(source.columns) == ["id", "nome", "telefone", "regiao", "STATUS"]


def test_our_own_event_is_looked_for_first() -> None:
    own = {**GOOD, "key": "customer_id", "version": "column", "version_column": "version"}

    found = declared({"banco1": GOOD, "shop": own})

    assert [source.name for source in found.sources] == ["shop", "banco1"]


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ({}, "no source is declared"),
        ({"Banco 1": GOOD}, "is no name"),
        ({"a": without("key")}, "'key' must name a column"),
        ({"a": without("phone")}, "'phone' must name a column"),
        ({"a": without("version")}, "'version' must be one of"),
        ({"a": {**GOOD, "version": "time"}}, "'version' must be one of"),
        ({"a": {**GOOD, "version": "column"}}, "'version_column' must name a column"),
        ({"a": {**GOOD, "colour": "x"}}, "'colour' is no option"),
        ({"a": {**GOOD, "key": "payload"}}, "'key' must name a column"),
        ({"a": {**GOOD, "deleted": {"STATUS": []}}}, "'deleted' must be one column"),
        ({"a": {**GOOD, "erased": "STATUS"}}, "'erased' must be one column"),
        ({"a": {**GOOD, "null_phone": "x"}}, "'null_phone' must be"),
        ({"a": {**GOOD, "region_codes": "x"}}, "'region_codes' must be"),
        ({"a": GOOD, "b": GOOD}, "claim the same key column 'id'"),
        (
            {"a": {**GOOD, "text_keys": True}, "b": {**GOOD, "key": "x", "text_keys": True}},
            "both have bare keys",
        ),
    ],
)
def test_a_wrong_one_is_told(declaration: dict[str, Any], problem: str) -> None:
    assert any(problem in each for each in declared(declaration).problems)
