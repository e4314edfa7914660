"""Amounts are read as people of both languages type them."""

import pytest

from config.money import cents_of


class TestCents:
    @pytest.mark.parametrize(
        ("typed", "cents"),
        [
            ("1234.5", 123_450),
            ("1,234.56", 123_456),
            ("1.234,56", 123_456),
            ("1.234.567", 123_456_700),
            ("R$ 0,01", 1),
            ("R$150", 15_000),
        ],
    )
    def test_are_read(self, typed: str, cents: int) -> None:
        assert cents_of(typed) == cents

    @pytest.mark.parametrize("typed", ["", "-1", "1,2,3", "1.234.56", "1,234,56", "1e3", "\u0661"])
    def test_of_what_is_no_amount_are_none(self, typed: str) -> None:
        assert cents_of(typed) is None
