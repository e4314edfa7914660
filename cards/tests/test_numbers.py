"""The check digit and what may be shown of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules import digits_of, is_valid_number, last4, mask, passes_luhn

TEST_CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "3530111333300000",
    "6362970000457013",
    "6062825624254001",
]
digits = st.text("0123456789", min_size=1, max_size=18)


def with_check_digit(body: str) -> str:
    """Return `body` with the digit that the textbook's definition asks for."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


@pytest.mark.parametrize("number", TEST_CARDS)
def test_the_brands_own_test_cards_are_valid(number: str) -> None:
    assert is_valid_number(number)


def test_the_right_check_digit_alone_is_not_enough() -> None:
    assert passes_luhn("1111111111111117")
    assert not is_valid_number("1111111111111117")


@given(digits)
def test_of_ten_check_digits_exactly_one_passes(body: str) -> None:
    passing = [body + check for check in "0123456789" if passes_luhn(body + check)]

    assert passing == [with_check_digit(body)]


@given(digits, st.data())
def test_one_wrong_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    number = with_check_digit(body)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))

    assert not passes_luhn(number[:place] + other + number[place + 1 :])


@given(st.text(max_size=30))
def test_only_plain_digits_are_ever_a_number(text: str) -> None:
    is_plain = text.isascii() and text.isdigit()

    assert is_plain or not (passes_luhn(text) or is_valid_number(text))
    assert passes_luhn(text) or not is_valid_number(text)


@pytest.mark.parametrize("text", ["", "x", "4111-1111", "٤" * 16])
def test_what_is_not_plain_digits_never_passes(text: str) -> None:
    assert not passes_luhn(text)


def test_people_write_spaces_and_hyphens() -> None:
    assert digits_of("4111 1111-1111 1111") == "4111111111111111"
    assert digits_of("4111 1111 1111 111x") is None
    assert digits_of("") is None


def test_only_the_last_four_are_shown() -> None:
    assert last4("4111111111111234") == "1234"
    assert mask("4111111111111234") == "************1234"


def test_of_a_short_text_nothing_is_shown() -> None:
    assert last4("12345678") == ""
    assert mask("12345678") == "********"
