"""Versions sort as their source counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from televendas.domain import versions
from televendas.domain.versions import NotAVersionError

counts = st.integers(min_value=0, max_value=10**12)
places = st.tuples(st.integers(0, 10**10 - 1), st.integers(0, 2**63), st.integers(0, 10**10 - 1))


class TestNumbers:
    @given(counts, counts)
    def test_sort_as_they_count(self, one: int, other: int) -> None:
        assert (versions.of_number(one) < versions.of_number(other)) is (one < other)

    @given(counts)
    def test_are_the_same_as_text(self, number: int) -> None:
        assert versions.of_text(str(number)) == versions.of_number(number)

    @pytest.mark.parametrize("number", [-1, 10**40])
    def test_that_do_not_count_are_refused(self, number: int) -> None:
        with pytest.raises(NotAVersionError):
            versions.of_number(number)

    @pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "1e3", "\u0661", "1" * 41])
    def test_that_are_none_are_refused(self, text: str) -> None:
        with pytest.raises(NotAVersionError):
            versions.of_text(text)


class TestPlaces:
    @given(places, places)
    def test_sort_by_file_position_and_row(
        self, one: tuple[int, int, int], other: tuple[int, int, int]
    ) -> None:
        def made(place: tuple[int, int, int]) -> str:
            return versions.of_binlog(f"bin.{place[0]:06d}", place[1], place[2])

        assert (made(one) < made(other)) is (one < other)
        assert len(made(one)) == len(versions.NOTHING)

    def test_follow_the_files_number_beyond_its_padding(self) -> None:
        before = versions.of_binlog("mariadb-bin.999999", 4_000_000_000, 9)

        assert before < versions.of_binlog("mariadb-bin.1000000", 4, 0)

    @pytest.mark.parametrize(
        ("file", "position", "row"),
        [("bin", 1, 0), ("", 1, 0), ("bin.1", -1, 0), ("bin.1", 1, -1), ("bin.1", 10**20, 0)],
    )
    def test_that_no_log_has_are_refused(self, file: str, position: int, row: int) -> None:
        with pytest.raises(NotAVersionError):
            versions.of_binlog(file, position, row)
