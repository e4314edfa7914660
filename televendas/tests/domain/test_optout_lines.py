"""A line of a list of opt-outs: whose phone, and from which day."""

from datetime import date

import pytest

from televendas.domain.optout_lines import read_lines


@pytest.mark.parametrize(
    "line",
    ["11 98765-4321;2026-12-01", "11 98765-4321;01/12/2026", "11 98765-4321;1/12/2026"],
)
def test_tells_its_day_as_people_and_spreadsheets_write_it(line: str) -> None:
    [read] = read_lines([line])

    assert (read.phone, read.effective_on) == ("11 98765-4321", date(2026, 12, 1))


@pytest.mark.parametrize("day", ["12/31/2026", "31/02/2026", "1/12/26", "soon", "\u0661/12/2026"])
def test_of_no_day_is_unreadable(day: str) -> None:
    [read] = read_lines([f"11 98765-4321;{day}"])

    assert (read.phone, read.effective_on) == ("", None)
