"""What no source may have written is poison: the one failure of reading, without a word of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters.sources import read
from televendas.tests.samples import CANARY, PERSON, created, envelope, lean, record

BAD = (
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"1",
    b"\xff\xfe",
    b"[" * 5000,
    b'{"id":1,"nome":{"x":"' + CANARY.encode() + b'"}}',
    json.dumps({**PERSON, "nome": [CANARY]}).encode(),
    json.dumps({CANARY: CANARY, "cpf": CANARY}).encode(),
    json.dumps(created(10, telefone=True)).encode(),
    json.dumps(envelope("c", 10)).encode(),
    json.dumps(created(10) | {"source": {"file": CANARY, "pos": 1}}).encode(),
    json.dumps(created(10) | {"op": CANARY}).encode(),
    json.dumps(lean() | {"version": CANARY}).encode(),
)


def is_read_or_poison(given: Record) -> bool:
    """Tell whether a record is read as some source's, or is poison: nothing else may come of it."""
    try:
        return bool(read(given).origin)
    except PoisonError:
        return True


class TestPoison:
    @pytest.mark.parametrize("value", BAD)
    def test_is_told_without_a_word_of_it(self, value: bytes) -> None:
        with pytest.raises(PoisonError) as caught:
            read(record(value, key=CANARY.encode()))

        error: BaseException | None = caught.value
        assert CANARY not in str(error)
        assert CANARY not in repr(error)
        assert "canary" not in repr(caught.value.__cause__)

    @given(st.binary(max_size=60), st.none() | st.binary(max_size=20))
    def test_is_all_that_any_bytes_can_raise(self, value: bytes, key: bytes | None) -> None:
        assert is_read_or_poison(record(value, key=key))

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "payload",
                            "op",
                            "after",
                            "before",
                            "source",
                            "id",
                            "nome",
                            "telefone",
                            "regiao",
                            "customer_id",
                            "name",
                            "version",
                            "deleted",
                            "CD_CLIENTE",
                            "__deleted",
                        ]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        )
    )
    def test_is_all_that_any_json_can_raise(self, value: object) -> None:
        assert is_read_or_poison(record(json.dumps(value).encode(), key=b"c-1"))
