"""Cards are good to the end of their month, in Brazil's calendar."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules import day_in_brazil, is_expired, is_month


@pytest.mark.parametrize(
    ("month", "year", "on", "expired"),
    [
        (2, 2028, date(2028, 2, 29), False),
        (2, 2028, date(2028, 3, 1), True),
        (12, 2026, date(2026, 12, 31), False),
        (12, 2026, date(2027, 1, 1), True),
        (1, 2027, date(2026, 12, 31), False),
    ],
)
def test_the_last_day_of_the_month_is_still_good(
    *, month: int, year: int, on: date, expired: bool
) -> None:
    assert is_expired(month, year, on) is expired


def test_the_day_changes_at_midnight_in_brazil() -> None:
    assert day_in_brazil(datetime(2026, 12, 1, 2, 59, 59, tzinfo=UTC)) == date(2026, 11, 30)
    assert day_in_brazil(datetime(2026, 12, 1, 3, 0, 0, tzinfo=UTC)) == date(2026, 12, 1)


def test_a_month_is_one_of_twelve() -> None:
    assert [month for month in range(-1, 15) if is_month(month)] == list(range(1, 13))


@given(st.integers(), st.integers(), st.dates())
def test_whatever_the_numbers_what_is_expired_stays_so(month: int, year: int, on: date) -> None:
    assert is_expired(month, year, date.max) or not is_expired(month, year, on)
    assert is_month(month) == (month in range(1, 13))


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_has_a_day(moment: datetime) -> None:
    assert abs((day_in_brazil(moment) - moment.date()).days) <= 1
