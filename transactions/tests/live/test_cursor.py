"""The cursor: the same everywhere, and nothing but ours is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.live.cursor import TOPICS, Cursor, InvalidCursorError, decode

positions = st.dictionaries(
    st.tuples(st.sampled_from(TOPICS), st.integers(0, 99)), st.integers(0, 2**61), max_size=12
)


class TestCursor:
    @given(positions, st.integers(0, 2**50))
    def test_comes_back_as_it_went(self, offsets: dict[tuple[str, int], int], at_ms: int) -> None:
        assert decode(Cursor(offsets, at_ms).encode()) == Cursor(offsets, at_ms)

    @given(positions)
    def test_reads_the_same_whatever_the_order(self, offsets: dict[tuple[str, int], int]) -> None:
        backwards = dict(reversed(offsets.items()))

        assert Cursor(backwards).encode() == Cursor(offsets).encode()

    @given(st.one_of(st.text(), st.text(alphabet="ABCkp_-x01").map("v1.".__add__)))
    def test_of_anything_else_is_refused_or_harmless(self, text: str) -> None:
        try:
            cursor = decode(text)
        except InvalidCursorError:
            return
        assert all(offset >= 0 for offset in cursor.positions.values())

    @pytest.mark.parametrize(
        "offsets", [{(TOPICS[0], 0): -1}, {(TOPICS[0], 0): 2**63}, {(TOPICS[0], -1): 0}]
    )
    def test_with_impossible_numbers_is_refused(self, offsets: dict[tuple[str, int], int]) -> None:
        with pytest.raises(InvalidCursorError):
            decode(Cursor(offsets).encode())
