"""Guessing the code of a card over the old wire ends after ten tries, however many come at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from django.db.models import F

from bank_grpc.domain.guessing import PAUSE, WRONG_IN_A_ROW
from bank_grpc.models import Card
from bank_grpc.services import cards
from bank_grpc.tests.server.test_payment_service import CODE, call, request

pytestmark = pytest.mark.django_db(transaction=True)
REJECTED = "transaction rejected by the bank"
GUESSES = 200


def guesses_of(card: cards.IssuedCard) -> list[Any]:
    """Return all codes but the right one for a while, and then the right one among others."""
    right = int(card.plastic.cvv)
    return [request(card, 1.0, cvv=(right + 1 + n) % 1000) for n in range(GUESSES - 1)]


def told(answer: tuple[Any, str | None, dict[Any, Any]]) -> tuple[Any, str | None, str]:
    code, text, metadata = answer
    return code, text, metadata.get("refusal-code", "")


class TestGuessing:
    def test_of_two_hundred_guesses_at_once_ten_learn_something(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        with ThreadPoolExecutor(32) as threads:
            answers = list(threads.map(lambda one: call(channel, one), guesses_of(card)))
        right = call(channel, request(card, 1.0))

        assert Counter(told(each) for each in answers) == {
            (CODE.FAILED_PRECONDITION, REJECTED, "wrong_cvv"): WRONG_IN_A_ROW,
            (CODE.FAILED_PRECONDITION, REJECTED, "card_blocked"): GUESSES - 1 - WRONG_IN_A_ROW,
        }
        assert told(right) == (CODE.FAILED_PRECONDITION, REJECTED, "card_blocked")
        assert Card.objects.get().balance_cents == 0

    def test_the_owner_pays_after_the_pause(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        for one in guesses_of(card)[:WRONG_IN_A_ROW]:
            call(channel, one)
        during = call(channel, request(card, 1.0), key="first")

        # As if the pause had passed meanwhile.
        Card.objects.update(wrong_code_at=F("wrong_code_at") - PAUSE)

        assert told(during)[2] == "card_blocked"
        assert told(call(channel, request(card, 1.0), key="first"))[2] == "card_blocked"
        assert call(channel, request(card, 1.0), key="second")[0] is CODE.OK
