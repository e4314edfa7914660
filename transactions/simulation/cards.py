"""Makes card numbers that look real and belong to nobody: test ranges of the known brands."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from cards.rules import passes_luhn

# A prefix of each brand's test numbers, and how long its numbers are.
_RANGES: Final = (
    ("411111", 16),
    ("400000", 16),
    ("555555", 16),
    ("222300", 16),
    ("378282", 15),
    ("305693", 14),
    ("601111", 16),
    ("353011", 16),
    ("636368", 16),
    ("606282", 16),
)
_NOBODYS: Final = ("999999", 16)
_YEARS_AHEAD: Final = 5


@dataclass(frozen=True, slots=True)
class SyntheticCard:
    """A card to pay with; `expected` is the code that refuses it, empty where nothing does."""

    number: str
    month: int
    year: int
    expected: str = ""

    @property
    def cvv_digits(self) -> int:
        """Return how many digits the CVV has: four on American Express."""
        return 4 if self.number.startswith("37") else 3


def good_card(rng: Random, today: date) -> SyntheticCard:
    """Return a valid card of a known brand that expires in the years to come."""
    number = _number(rng, *rng.choice(_RANGES))
    return SyntheticCard(number, rng.randint(1, 12), today.year + rng.randint(1, _YEARS_AHEAD))


def bad_card(rng: Random, today: date) -> SyntheticCard:
    """Return a card with one fault: a slip in the number, no brand, no such month, expired."""
    card = good_card(rng, today)
    match rng.randrange(4):
        case 0:
            wrong = card.number[:-1] + str((int(card.number[-1]) + 1) % 10)
            return SyntheticCard(wrong, card.month, card.year, "invalid_card_number")
        case 1:
            return SyntheticCard(
                _number(rng, *_NOBODYS), card.month, card.year, "invalid_card_number"
            )
        case 2:
            return SyntheticCard(card.number, 13, card.year, "invalid_expiration_month")
    past = today.year - rng.randint(1, _YEARS_AHEAD)
    return SyntheticCard(card.number, card.month, past, "invalid_expiration_year")


def _number(rng: Random, prefix: str, length: int) -> str:
    body = prefix + "".join(str(rng.randrange(10)) for _ in range(length - len(prefix) - 1))
    return next(body + str(check) for check in range(10) if passes_luhn(body + str(check)))
