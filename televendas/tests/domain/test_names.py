"""Names are brought into one form, whatever is done to them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from televendas.domain.names import LONGEST_NAME, tidy


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Maria da Silva", "Maria da Silva"),
        ("  Maria   da\tSilva\n", "Maria da Silva"),
        ("Joa\u0303o", "Jo\u00e3o"),
        ("Maria\u00a0Silva", "Maria Silva"),
        ("Ma\x00ria\x1f \u202eSilva\u200b", "Maria Silva"),
        ("\r\n", ""),
        ("\u5f20\u4f1f", "\u5f20\u4f1f"),
        ("A" * 300, "A" * LONGEST_NAME),
    ],
)
def test_a_name(given_name: str, kept: str) -> None:
    assert tidy(given_name, LONGEST_NAME) == kept


@given(st.text(max_size=400))
def test_any_text_becomes_short_visible_and_normal_and_stays_so(text: str) -> None:
    tidied = tidy(text, LONGEST_NAME)

    assert len(tidied) <= LONGEST_NAME
    assert tidied.isprintable()
    assert tidied == tidied.strip()
    assert unicodedata.is_normalized("NFC", tidied)
    assert tidy(tidied, LONGEST_NAME) == tidied
