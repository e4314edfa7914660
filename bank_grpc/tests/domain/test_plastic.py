"""A new card stands in the test range, passes Luhn, and hides itself."""

import random
from datetime import date

from bank_grpc.domain.plastic import cvv_of, issue
from cards import rules

KEY = b"k" * 32
TODAY = date(2026, 11, 21)


def test_a_new_card_is_valid_and_of_the_test_range() -> None:
    for seed in range(200):
        plastic = issue(KEY, TODAY, random.Random(seed).randrange)

        assert plastic.number.startswith("400000")
        assert rules.is_valid_number(plastic.number)
        assert (plastic.expiration_month, plastic.expiration_year) == (11, 2031)
        assert len(plastic.cvv) == 3


def test_two_cards_differ() -> None:
    assert issue(KEY, TODAY, random.Random(1).randrange) != issue(
        KEY, TODAY, random.Random(2).randrange
    )


def test_number_expiry_and_key_all_make_the_cvv() -> None:
    number = "4000000000000002"
    cvvs = {
        cvv_of(key, number, month, year)
        for key in (KEY, b"l" * 32)
        for month in range(1, 13)
        for year in range(2026, 2036)
    }

    assert cvv_of(KEY, number, 1, 2030) == cvv_of(KEY, number, 1, 2030)
    assert len(cvvs) > 150


def test_its_text_shows_the_last_four_digits_alone() -> None:
    plastic = issue(KEY, TODAY, random.Random(3).randrange)

    assert plastic.number[:12] not in repr(plastic)
    assert plastic.number[-4:] in repr(plastic)
