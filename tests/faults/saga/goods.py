"""What the shop begins with: articles with stock, people with cards."""

import random
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from bank_grpc.services.cards import issue_card
from orders.adapters.bank import Card
from orders.services import goods
from orders.services.customers import Person
from orders.services.goods import Article

SCARCE: Final = "SCARCE"
"""The article of which there is never enough."""
_PLENTY: Final = ("A-PEN", "B-INK", "C-PAPER", "D-LAMP")
_STAFF: Final = "ana"
# One card in so many has a limit that its second order breaks.
_POOR: Final = 8
_POOR_CENTS, _RICH_CENTS = 30_000, 100_000_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person with one card."""

    person: Person
    card: Card


def open_shop(orders: int, rng: random.Random) -> list[Buyer]:
    """Make articles and buyers for about so many orders; return the buyers."""
    for number, sku in enumerate((*_PLENTY, SCARCE)):
        goods.add_product(_article(sku, number, rng), now=timezone.now())
        receive(sku, max(3, orders // 20) if sku == SCARCE else 10 * orders, f"{sku}:first")
    # Few orders for each, but for some: theirs look like fraud.
    return [
        buyer(number, _POOR_CENTS if number % _POOR == _POOR - 1 else _RICH_CENTS)
        for number in range(max(4, orders // 3))
    ]


def buyer(number: int, limit_cents: int) -> Buyer:
    """Return somebody new with a card of that limit."""
    name = f"Pessoa {number}"
    issued = issue_card(holder=name, limit_cents=limit_cents, actor=_STAFF, now=timezone.now())
    plastic = issued.plastic
    card = Card(
        number=plastic.number,
        holder=name,
        expiration_month=plastic.expiration_month,
        expiration_year=plastic.expiration_year,
        cvv=plastic.cvv,
    )
    person = Person(
        name=name,
        phone=f"+55119{number:08}",
        email=f"pessoa{number}@example.com",
        region="SP",
        address="Rua Exemplo 1, São Paulo",
    )
    return Buyer(person, card)


def receive(sku: str, quantity: int, key: str) -> None:
    """Put goods that came in on the shelf, once for each `key`."""
    goods.receive(sku, quantity, key=key, actor=_STAFF, now=timezone.now())


def wanted(rng: random.Random) -> dict[str, int]:
    """Return what somebody orders."""
    lines = {sku: rng.randint(1, 3) for sku in rng.sample(_PLENTY, rng.randint(1, 3))}
    return lines | ({SCARCE: 1} if rng.random() < 0.15 else {})


def chosen(buyers: list[Buyer], rng: random.Random) -> Buyer:
    """Return who buys: mostly anybody, now and then one of the few who buy very often."""
    return rng.choice(buyers[:2] if rng.random() < 0.08 else buyers)


def _article(sku: str, number: int, rng: random.Random) -> Article:
    return Article(
        sku=sku,
        name_en=sku,
        name_pt=sku,
        price_cents=rng.randint(100, 20_000),
        shelf=f"A-{number:02}-1",
    )
