from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cards.rules import is_expired, is_month, is_valid_number
from transactions.simulation.cards import SyntheticCard, bad_card, good_card

TODAY = date(2026, 11, 21)
_randoms = st.integers(0, 2**32).map(Random)


def code_of(card: SyntheticCard) -> str:
    """Return why a card is refused, by the rules in the processor's order."""
    if not is_valid_number(card.number):
        return "invalid_card_number"
    if not is_month(card.month):
        return "invalid_expiration_month"
    return "invalid_expiration_year" if is_expired(card.month, card.year, TODAY) else ""


class TestGoodCard:
    @given(_randoms)
    def test_breaks_no_rule(self, rng: Random) -> None:
        card = good_card(rng, TODAY)

        assert code_of(card) == card.expected == ""


class TestBadCard:
    @given(_randoms)
    def test_breaks_the_rule_that_it_names(self, rng: Random) -> None:
        card = bad_card(rng, TODAY)

        assert code_of(card) == card.expected != ""
