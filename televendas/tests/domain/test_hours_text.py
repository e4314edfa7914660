"""Calling hours are read as people write them, and refused where they mean nothing."""

from datetime import time

import pytest

from televendas.domain.hours_text import UnreadableHoursError, read_hours


class TestReadHours:
    def test_takes_days_and_ranges_of_days(self) -> None:
        week = read_hours("Mo-Fr 09:00-21:00; Sa 10:00-16:00")

        assert sorted(week) == [0, 1, 2, 3, 4, 5]
        assert week[4] == (time(9), time(21))
        assert week[5] == (time(10), time(16))

    def test_may_last_until_midnight(self) -> None:
        assert read_hours("Mo-Su 00:00-24:00")[6] == (time.min, time.max)

    def test_lets_a_later_rule_win(self) -> None:
        assert read_hours("Mo-Su 08:00-20:00; We 10:00-12:00")[2] == (time(10), time(12))

    @pytest.mark.parametrize(
        "text",
        [
            "9-21",
            "Mo 9:00-21:00",
            "Mo 21:00-09:00",
            "Xx 09:00-10:00",
            "Fr-Mo 09:00-10:00",
            "Mo 25:00-26:00",
        ],
    )
    def test_refuses_what_means_nothing(self, text: str) -> None:
        with pytest.raises(UnreadableHoursError):
            read_hours(text)
