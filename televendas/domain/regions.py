"""What the codes of regions mean: Brazil's five regions and its 27 states, as IBGE has them.

A row keeps the source's own code. `SE` is the Southeast among regions and Sergipe among states, so
a source says which of the two its codes are of.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_REGIONS: Final = {
    "N": ("1", "Norte"),
    "NE": ("2", "Nordeste"),
    "SE": ("3", "Sudeste"),
    "S": ("4", "Sul"),
    "CO": ("5", "Centro-Oeste"),
}
_STATES: Final = {
    "RO": ("11", "Rondônia"),
    "AC": ("12", "Acre"),
    "AM": ("13", "Amazonas"),
    "RR": ("14", "Roraima"),
    "PA": ("15", "Pará"),
    "AP": ("16", "Amapá"),
    "TO": ("17", "Tocantins"),
    "MA": ("21", "Maranhão"),
    "PI": ("22", "Piauí"),
    "CE": ("23", "Ceará"),
    "RN": ("24", "Rio Grande do Norte"),
    "PB": ("25", "Paraíba"),
    "PE": ("26", "Pernambuco"),
    "AL": ("27", "Alagoas"),
    "SE": ("28", "Sergipe"),
    "BA": ("29", "Bahia"),
    "MG": ("31", "Minas Gerais"),
    "ES": ("32", "Espírito Santo"),
    "RJ": ("33", "Rio de Janeiro"),
    "SP": ("35", "São Paulo"),
    "PR": ("41", "Paraná"),
    "SC": ("42", "Santa Catarina"),
    "RS": ("43", "Rio Grande do Sul"),
    "MS": ("50", "Mato Grosso do Sul"),
    "MT": ("51", "Mato Grosso"),
    "GO": ("52", "Goiás"),
    "DF": ("53", "Distrito Federal"),
}


class Codes(StrEnum):
    """Which table a source's codes are looked up in first."""

    REGIONS = "regions"
    STATES = "states"


def _names(table: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    by_letters = {letters: name for letters, (_, name) in table.items()}
    return by_letters | dict(table.values())


_TABLES: Final = {Codes.REGIONS: _names(_REGIONS), Codes.STATES: _names(_STATES)}


def label(code: str, codes: Codes = Codes.REGIONS) -> str:
    """Return the name that `code` stands for (letters in any case, or IBGE's number), else `code`.

    The names are Portuguese in every language, as names of places are.
    """
    looked_up = code.upper()
    other = Codes.STATES if codes is Codes.REGIONS else Codes.REGIONS
    return _TABLES[codes].get(looked_up) or _TABLES[other].get(looked_up) or code
