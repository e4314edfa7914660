"""No cell of a sheet is a formula, whichever separator the spreadsheet that opens it goes by."""

import csv

import pytest

from rest.csv_cells import encode_safe_rows

HARMFUL = "=cmd|' /C calc'!A0"
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize(
    "text",
    [
        HARMFUL,
        f"Ana;{HARMFUL};",
        f'Ana;"{HARMFUL}";',
        f"Ana;;{HARMFUL}",
        f'Ana, "a";{HARMFUL}',
        "Ana;+1",
        "Ana;-1",
        "Ana;@SUM(A1)",
        ";=1",
    ],
)
def test_a_cell_is_never_a_formula(separator: str, text: str) -> None:
    sheet = encode_safe_rows([("id", text, "SP"), (text, "SP", "x")]).decode()

    cells = [cell for row in csv.reader(sheet.splitlines(), delimiter=separator) for cell in row]

    assert not [cell for cell in cells if cell.startswith(BEGINNINGS)]


@pytest.mark.parametrize("text", ["Ana", "tea; milk", "a=b; c-d", "x - y", 'say "hi"; ok'])
def test_other_words_stay_as_they_are(text: str) -> None:
    [row] = csv.reader(encode_safe_rows([(text, "")]).decode().splitlines())

    assert row == [text, ""]
