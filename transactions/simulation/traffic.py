"""Plans realistic requests: who buys what for how much, what is wrong with it, when it comes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Final

from transactions.simulation.cards import SyntheticCard, bad_card, good_card

_FIRST: Final = ("Ana", "Bruno", "Carla", "Davi", "Elisa", "Fábio", "Gilda", "Hugo", "Iara", "João")
_LAST: Final = ("Almeida", "Barros", "Conceição", "Dias", "Esteves", "Freitas", "Gomes", "Horta")
_GOODS: Final = ("Bread and coffee", "Novel, paperback", "Running shoes", "Umbrella", "Groceries")
_BURST: Final = 20
_CENTS: Final = 100
_LOWEST, _HIGHEST = 1_00, 1000_00
_TYPICAL: Final = 60_00


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Which share of the requests (0 to 1) has which peculiarity."""

    bad_cards: float = 0.1
    out_of_range: float = 0.05
    duplicates: float = 0.03
    bursts: float = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """One request to be sent.

    `gap` is the pause before it, in units of the mean pause. `expected` is the decision's error
    code, empty for an approval. A repeat has key and body of an earlier order.
    """

    account: int
    key: str
    body: bytes
    amount_cents: int
    expected: str
    gap: float
    is_repeat: bool = False


def orders(rng: Random, mix: Mix, *, run: str, accounts: int, today: date) -> Iterator[Order]:
    """Yield orders without end; the same `rng` and arguments give the same ones.

    `run` marks them in their metadata and keys, so that the rows of one run can be found.
    """
    number = 0
    in_burst = 0
    while True:
        number += 1
        gap, in_burst = _pause(rng, mix, in_burst)
        order = Order(
            account=rng.randrange(accounts),
            key=f"simulated-{run}-{number}",
            gap=gap,
            **_content(rng, mix, today, {"run": run, "number": str(number)}),
        )
        yield order
        if rng.random() < mix.duplicates:
            # At once, so that the twins meet, or a little later, as an impatient client does.
            yield replace(order, is_repeat=True, gap=rng.choice((0.0, 1.0, 3.0)))


def first(planned: Iterator[Order], count: int) -> Iterator[Order]:
    """Yield the first `count` orders, and their repeats that come in between."""
    left = count
    for order in planned:
        left -= not order.is_repeat
        if left < 0:
            return
        yield order


def _pause(rng: Random, mix: Mix, in_burst: int) -> tuple[float, int]:
    """Return the pause before the next order, and how many of a burst are still to come."""
    if in_burst:
        return 0.0, in_burst - 1
    if rng.random() < mix.bursts / _BURST:
        return float(_BURST), _BURST - 1
    return rng.expovariate(1.0), 0


def _content(rng: Random, mix: Mix, today: date, metadata: dict[str, str]) -> dict[str, Any]:
    kind = rng.random()
    is_bad = kind < mix.bad_cards
    is_out = mix.bad_cards <= kind < mix.bad_cards + mix.out_of_range
    card = bad_card(rng, today) if is_bad else good_card(rng, today)
    cents, amount_error = _odd_amount(rng) if is_out else (_amount(rng), "")
    return {
        "body": _body(rng, card, cents, metadata),
        "amount_cents": cents,
        "expected": card.expected or amount_error,
    }


def _amount(rng: Random) -> int:
    """Return cents as people spend them: mostly small, sometimes the limits to the cent."""
    if rng.randrange(_CENTS) == 0:
        return rng.choice((_LOWEST, _HIGHEST))
    return min(max(int(rng.lognormvariate(0, 0.9) * _TYPICAL), _LOWEST), _HIGHEST)


def _odd_amount(rng: Random) -> tuple[int, str]:
    if rng.random() < 0.5:  # noqa: PLR2004 - one half
        return rng.randrange(0, _LOWEST), "amount_below_minimum"
    return _HIGHEST + rng.randint(1, _HIGHEST), "amount_above_maximum"


def _body(rng: Random, card: SyntheticCard, cents: int, metadata: dict[str, str]) -> bytes:
    document: dict[str, Any] = {
        "amount": f"{cents // _CENTS}.{cents % _CENTS:02d}",
        "currency": "BRL",
        "card": {
            "number": card.number,
            "holder": f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
            "expiration_month": card.month,
            "expiration_year": card.year,
            "cvv": "".join(str(rng.randrange(10)) for _ in range(card.cvv_digits)),
        },
        "description": rng.choice(_GOODS),
        "metadata": metadata,
    }
    return json.dumps(document, ensure_ascii=False).encode()
