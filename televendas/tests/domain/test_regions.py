"""Codes of regions get their names; an unknown code stands for itself."""

import pytest

from televendas.domain.regions import Codes, label


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("N", "Norte"),
        ("ne", "Nordeste"),
        ("3", "Sudeste"),
        ("SP", "São Paulo"),
        ("53", "Distrito Federal"),
    ],
)
def test_a_code_has_a_name(code: str, name: str) -> None:
    assert label(code) == name


def test_the_same_letters_mean_what_the_source_says() -> None:
    assert label("SE", Codes.REGIONS) == "Sudeste"
    assert label("SE", Codes.STATES) == "Sergipe"


def test_there_are_five_regions_and_27_states() -> None:
    numbers = [str(number) for number in range(100)]

    assert sum(label(number) != number for number in numbers) == 5 + 27


@pytest.mark.parametrize("code", ["", "XX", "norte"])
def test_an_unknown_code_stands_for_itself(code: str) -> None:
    assert label(code) == code
