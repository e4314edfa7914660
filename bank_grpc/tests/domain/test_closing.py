"""Each moment stands in one invoice and none ends in the past, however often the day moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_grpc.domain.closing import CLOSING_DAYS, ClosingDays
from bank_grpc.domain.invoices import Month

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - made aware below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
days = st.sampled_from(CLOSING_DAYS)
# Chosen one after the other, so many hours apart.
choices = st.lists(st.tuples(st.integers(0, 24 * 45), days), max_size=6)


def noon(day: int) -> datetime:
    """Return noon of a day of November, in Brazil."""
    return datetime(2026, 11, day, 15, tzinfo=UTC)


def chosen(first: int, begin: datetime, later: list[tuple[int, int]]) -> ClosingDays:
    """Return the days of a card after all these choices."""
    found, now = ClosingDays(first), begin
    for hours, day in later:
        now += timedelta(hours=hours)
        found = found.changed(day, now)
    return found


class TestDays:
    def test_the_closing_day_ends_at_midnight_in_brazil(self) -> None:
        last_second = datetime(2026, 11, 11, 2, 59, 59, tzinfo=UTC)
        tenth = ClosingDays(10)

        assert tenth.month_of(last_second) == NOVEMBER
        assert tenth.month_of(datetime(2026, 11, 11, 3, tzinfo=UTC)) == DECEMBER
        assert tenth.end_of(NOVEMBER) == datetime(2026, 11, 11, 3, tzinfo=UTC)

    def test_due_ten_days_later_over_the_end_of_the_year(self) -> None:
        assert ClosingDays(28).due_date(DECEMBER) == date(2027, 1, 7)

    @given(moment=moments, first=days, begin=moments, later=choices)
    def test_every_moment_stands_in_exactly_one_invoice(
        self, moment: datetime, first: int, begin: datetime, later: list[tuple[int, int]]
    ) -> None:
        closing = chosen(first, begin, later)

        month = closing.month_of(moment)

        assert closing.end_of(month.plus(-1)) <= moment < closing.end_of(month)
        assert closing.last_to_close(moment) == month.plus(-1)


class TestChanged:
    @pytest.mark.parametrize(
        ("old", "new", "today", "november", "december"),
        [
            # Neither day has come: the month that is open closes on the new one.
            (10, 20, 5, 20, 20),
            (20, 10, 5, 10, 10),
            # The new day has passed: this month still closes on the old one.
            (20, 10, 15, 20, 10),
            # This month is closed.
            (10, 20, 15, 10, 20),
            (20, 10, 25, 20, 10),
            # The day itself is not over.
            (10, 20, 10, 20, 20),
            (20, 10, 10, 10, 10),
        ],
    )
    def test_begins_with_the_first_month_that_is_over_on_neither_day(
        self, old: int, new: int, today: int, november: int, december: int
    ) -> None:
        closing = ClosingDays(old).changed(new, noon(today))

        assert closing.day_in(NOVEMBER) == november
        assert closing.day_in(DECEMBER) == december
        assert closing.day_in(DECEMBER.plus(100)) == new

    def test_is_taken_back_before_it_has_begun(self) -> None:
        waiting = ClosingDays(20).changed(10, noon(15))

        assert waiting.changed(20, noon(16)).day_in(NOVEMBER) == 20
        assert waiting.changed(20, noon(16)).day_in(DECEMBER) == 20
        assert waiting.changed(5, noon(16)).day_in(NOVEMBER) == 20
        assert waiting.changed(5, noon(16)).day_in(DECEMBER) == 5

    @given(first=days, begin=moments, later=choices, hours=st.integers(0, 24 * 45), day=days)
    def test_leaves_the_same_month_open_and_never_ends_it_in_the_past(
        self,
        first: int,
        begin: datetime,
        later: list[tuple[int, int]],
        hours: int,
        day: int,
    ) -> None:
        closing = chosen(first, begin, later)
        now = begin + timedelta(hours=hours + sum(waited for waited, _ in later))

        changed = closing.changed(day, now)

        open_now = closing.month_of(now)
        assert changed.month_of(now) == open_now
        assert now < changed.end_of(open_now)
        assert changed.day_in(open_now.plus(1)) == day

    @given(first=days, begin=moments, later=choices, minutes=st.integers(0, 15), day=days)
    def test_leaves_a_month_its_day_that_is_over_and_about_to_be_closed(
        self,
        first: int,
        begin: datetime,
        later: list[tuple[int, int]],
        minutes: int,
        day: int,
    ) -> None:
        closing = chosen(first, begin, later)
        ended = closing.month_of(begin + timedelta(hours=sum(waited for waited, _ in later)))

        changed = closing.changed(day, closing.end_of(ended) + timedelta(minutes=minutes))

        assert changed.day_in(ended) == closing.day_in(ended)
