"""Makes up full customer records of people who cannot exist."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

_FIRST: Final = (
    *("Ana", "Bento", "Caio", "Dora", "Elis", "Fábio", "Gilda", "Heitor", "Iara", "Joana", "Kauã"),
    *("Lia", "Moisés", "Nádia", "Otávio", "Pilar", "Quitéria", "Rui", "Sônia", "Téo", "Úrsula"),
)
# Nobody is called so: whoever sees such a name knows what it is.
_LAST: Final = ("Fictícia", "Inventada", "de Mentira", "do Exemplo", "da Amostra", "Imaginária")
_PLACES: Final = (
    ("N", "92", "Vila Amostra"),
    ("NE", "81", "Porto Exemplo"),
    ("SE", "11", "Cidade Modelo"),
    ("S", "51", "Monte Ensaio"),
    ("CO", "62", "Campo Rascunho"),
)
_STREETS: Final = ("Rua do Rascunho", "Avenida do Ensaio", "Travessa da Amostra", "Praça do Modelo")
_NOTES: Final = ("Prefere contato pela manhã", "Conta conjunta", "Renegociou em maio", "")
_OLDEST: Final = date(1940, 1, 1)
_DAYS: Final = 23_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of the bank's table without its id; the fields are the table's columns."""

    nome: str
    cpf: str = field(repr=False)
    email: str = field(repr=False)
    telefone: str | None
    regiao: str
    nascimento: date = field(repr=False)
    nome_mae: str = field(repr=False)
    endereco: str = field(repr=False)
    cidade: str = field(repr=False)
    cep: str = field(repr=False)
    renda: Decimal = field(repr=False)
    observacoes: str = field(repr=False)

    @property
    def columns(self) -> dict[str, Any]:
        """Return the values by column."""
        return asdict(self)


def invent(random: Random) -> Person:
    """Return a new person by the dice of `random`."""
    first = random.choice(_FIRST)
    name = f"{first} {random.choice(_LAST)}"
    region, area, city = random.choice(_PLACES)
    return Person(
        nome=name,
        cpf=cpf(random),
        email=f"{first.lower()}.{random.randrange(10**6)}@banco1.example",
        telefone=phone(random, area),
        regiao=region,
        nascimento=_OLDEST + timedelta(days=random.randrange(_DAYS)),
        nome_mae=f"{random.choice(_FIRST)} {random.choice(_LAST)}",
        cidade=city,
        renda=Decimal(random.randrange(150_000, 2_000_000)) / 100,
        observacoes=random.choice(_NOTES),
        **address(random),
    )


def cpf(random: Random) -> str:
    """Return a number in the form of a CPF whose check digits are wrong, so that it is nobody's."""
    digits = [random.randrange(10) for _ in range(9)]
    first = _check_digit(digits)
    wrong = (first + random.randrange(1, 10)) % 10
    text = "".join(map(str, [*digits, wrong, random.randrange(10)]))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def _check_digit(digits: list[int]) -> int:
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True))
    return total * 10 % 11 % 10


def phone(random: Random, area: str) -> str:
    """Return a mobile number as a clerk types it, in one of several manners."""
    number = f"90000{random.randrange(10**4):04}"
    manners = (f"({area}) {number[:5]}-{number[5:]}", f"{area}{number}", f"+55 {area} {number}")
    return random.choice(manners)


def address(random: Random) -> dict[str, str]:
    """Return `endereco` and `cep` of a place that is not there."""
    street = f"{random.choice(_STREETS)}, {random.randrange(1, 2000)}"
    return {
        "endereco": street,
        "cep": f"00{random.randrange(10**3):03}-{random.randrange(10**3):03}",
    }


def place(random: Random) -> dict[str, str]:
    """Return where somebody moves to: region, city, street, code and a phone of that area."""
    region, area, city = random.choice(_PLACES)
    telephone = phone(random, area)
    return {"regiao": region, "cidade": city, "telefone": telephone, **address(random)}
