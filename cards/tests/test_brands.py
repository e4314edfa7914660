"""Every brand's prefixes at both ends, with the right and the wrong lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules import brand_of

KNOWN = [
    ("visa", "4000000000000", 13),
    ("visa", "4", 16),
    ("visa", "4", 19),
    ("mastercard", "51", 16),
    ("mastercard", "55", 16),
    ("mastercard", "2221", 16),
    ("mastercard", "2720", 16),
    ("mastercard", "2500", 16),
    ("amex", "34", 15),
    ("amex", "37", 15),
    ("diners", "300", 14),
    ("diners", "305", 14),
    ("diners", "3095", 14),
    ("diners", "36", 14),
    ("diners", "38", 14),
    ("diners", "39", 16),
    ("discover", "6011", 16),
    ("discover", "622126", 16),
    ("discover", "622925", 16),
    ("discover", "644", 16),
    ("discover", "65", 19),
    ("jcb", "3528", 16),
    ("jcb", "3589", 19),
    ("elo", "401178", 16),
    ("elo", "438935", 16),
    ("elo", "506699", 16),
    ("elo", "506778", 16),
    ("elo", "509999", 16),
    ("elo", "636368", 16),
    ("elo", "650031", 16),
    ("elo", "651652", 16),
    ("elo", "655058", 16),
    ("hipercard", "606282", 16),
    ("hipercard", "606282", 19),
    ("hipercard", "384160", 16),
    ("hipercard", "637095", 16),
]
UNKNOWN = [
    ("1", 16),
    ("2220", 16),
    ("2721", 16),
    ("50", 16),
    ("56", 16),
    ("506698", 16),
    ("506779", 16),
    ("306", 14),
    ("3527", 16),
    ("3590", 16),
    ("622125", 16),
    ("622926", 16),
    ("643", 16),
    ("606281", 16),
    ("4", 15),
    ("51", 15),
    ("51", 17),
    ("34", 16),
    ("36", 15),
    ("504175", 17),
    ("6011", 15),
]


@pytest.mark.parametrize(("brand", "prefix", "length"), KNOWN)
def test_a_published_prefix_and_length_has_its_brand(brand: str, prefix: str, length: int) -> None:
    assert brand_of(prefix.ljust(length, "0")) == brand


@pytest.mark.parametrize(("prefix", "length"), UNKNOWN)
def test_any_other_prefix_or_length_has_none(prefix: str, length: int) -> None:
    assert brand_of(prefix.ljust(length, "0")) is None


def test_a_brazilian_range_wins_over_the_wider_one_around_it() -> None:
    assert brand_of("4011780000000000") == "elo"
    assert brand_of("4011800000000000") == "visa"


def test_the_wider_brand_keeps_the_lengths_that_the_narrow_one_lacks() -> None:
    assert brand_of("38410000000000") == "diners"


@pytest.mark.parametrize(
    "text", ["", "4", "4111 1111 1111 1111", "\uff14" * 16, "4²" * 8, "-4111111"]
)
def test_what_is_not_plain_digits_has_no_brand(text: str) -> None:
    assert brand_of(text) is None


@given(st.text(max_size=30))
def test_only_plain_digits_ever_have_a_brand(text: str) -> None:
    assert brand_of(text) is None or (text.isascii() and text.isdigit())
