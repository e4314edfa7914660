"""Buyers who are made up, each with a card of the demo bank, and what they order."""

import itertools
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from django.utils import timezone

from bank_grpc.services.cards import IssuedCard, issue_card
from orders.domain.customers import STATES

_FIRST: Final = ("Alice", "Bento", "Clara", "Davi", "Elisa", "Fabio", "Gilda", "Heitor")
_LAST: Final = ("Teste", "Exemplo", "Amostra", "Modelo", "Ensaio", "Prova")
_LIMIT_CENTS: Final = 50_000_000
_POOR_LIMIT_CENTS: Final = 1_000
_POOR_SHARE: Final = 0.08


@dataclass(frozen=True, slots=True)
class Buyer:
    """One buyer; the parts of a body that tell of the person and the card."""

    customer: dict[str, str]
    card: dict[str, Any]


def invent(count: int, rng: Random, run: str) -> list[Buyer]:
    """Issue a card to each of `count` new people; one in twelve can afford next to nothing."""
    return [_buyer(number, rng, run) for number in range(count)]


def _buyer(number: int, rng: Random, run: str) -> Buyer:
    name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    limit = _POOR_LIMIT_CENTS if rng.random() < _POOR_SHARE else _LIMIT_CENTS
    card = issue_card(holder=name, limit_cents=limit, actor="simulate_orders", now=timezone.now())
    customer = {
        "name": name,
        "phone": f"+55119{rng.randrange(10**8):08}",
        "email": f"{run}.{number}@people.example",
        "document": document(rng),
        "address": f"Rua do Exemplo, {rng.randrange(1, 900)}",
        "region": rng.choice(sorted(STATES)),
    }
    return Buyer(customer, _shown(card))


def _shown(card: IssuedCard) -> dict[str, Any]:
    plastic = card.plastic
    return {
        "number": plastic.number,
        "holder": "Pessoa Teste",
        "expiration_month": plastic.expiration_month,
        "expiration_year": plastic.expiration_year,
        "cvv": plastic.cvv,
    }


def document(rng: Random) -> str:
    """Return eleven digits of which the last two check the others, as a CPF has them."""
    digits = [rng.randrange(10) for _ in range(9)]
    for _ in range(2):
        weights = itertools.count(len(digits) + 1, -1)
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        digits.append(0 if rest < 2 else 11 - rest)  # noqa: PLR2004 - the document's own rule
    return "".join(map(str, digits))
