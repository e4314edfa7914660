"""Phones become E.164 exactly as the library would have it, by the short way too."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from televendas.adapters.phones import to_e164


def by_the_library(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(11) 98765-4321", "+5511987654321"),
        ("11987654321", "+5511987654321"),
        ("+55 11 98765-4321", "+5511987654321"),
        ("5511987654321", "+5511987654321"),
        ("011 98765-4321", "+5511987654321"),
        ("0 15 11 98765-4321", "+5511987654321"),
        ("(11) 3333-4444", "+551133334444"),
        ("0800 123 4567", "+558001234567"),
        ("+351 912 345 678", "+351912345678"),
        ("+1 212 555 0123", "+12125550123"),
        ("98765-4321", None),
        ("(10) 98765-4321", None),
        ("190", None),
        ("tel", None),
        ("9" * 500, None),
        ("\u0661\u0661987654321", "+5511987654321"),
    ],
)
def test_a_phone(text: str, number: str | None) -> None:
    assert to_e164(text, "BR") == number


def test_another_country_may_be_at_home() -> None:
    assert to_e164("912 345 678", "PT") == "+351912345678"


areas = st.integers(10, 99).map(str)
shaped = st.builds(
    lambda prefix, area, first, rest, mark: (
        f"{prefix}{mark[0]}{area}{mark[1]}{first}{mark[2]}{rest}"
    ),
    st.sampled_from(["", "+55", "55", "0", "+55 0", "+1", "00 55"]),
    areas,
    st.sampled_from(["", "9", "98", "3333", "2", "7", "87654"]),
    st.text("0123456789", min_size=3, max_size=8),
    st.sampled_from(["   ", "() ", "(--", " .-", "\t  "]),
)


@given(shaped | st.text("0123456789+()-. ", max_size=18))
def test_the_short_way_ends_where_the_library_does(text: str) -> None:
    assert to_e164(text, "BR") == by_the_library(text, "BR")
