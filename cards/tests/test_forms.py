"""What a page takes of a card, and that it shows none of it again."""

from typing import Any

import pytest
from django.utils import translation

from cards.forms import CardForm

NUMBER = "5555 5555-5555 4444"
TYPED = {"number": NUMBER, "holder": "ANA TESTE", "expiry": "8/31", "cvv": "123"}


def form(**changes: Any) -> CardForm:
    return CardForm({**TYPED, **changes})


class TestCardForm:
    def test_reads_digits_month_and_year(self) -> None:
        read = form()

        assert read.is_valid()
        assert read.cleaned_data["number"] == "5555555555554444"
        assert read.cleaned_data["expiry"] == (8, 2031)

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("number", "5555 5555 5555 4445"),
            ("number", "x"),
            ("holder", "A"),
            ("expiry", "13/31"),
            ("expiry", "0831"),
            ("cvv", "12"),
            ("cvv", "12a"),
        ],
    )
    def test_marks_what_cannot_be(self, field: str, typed: str) -> None:
        assert set(form(**{field: typed}).errors) == {field}

    @pytest.mark.parametrize("changes", [{}, {"cvv": "1"}, {"number": "4000 0000 0000 0001"}])
    def test_sends_nothing_of_the_card_back(self, changes: dict[str, str]) -> None:
        typed = TYPED | changes

        page = form(**changes).as_p()

        assert [value for value in typed.values() if f'value="{value}' in page] == []
        assert "value=" not in page

    def test_speaks_portuguese(self) -> None:
        with translation.override("pt-br"):
            assert "Número do cartão" in form().as_p()
