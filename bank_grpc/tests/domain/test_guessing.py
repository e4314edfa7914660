"""Ten wrong codes in a row pause a card for half an hour; a right one ends the row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bank_grpc.domain.authorisation import (
    KnownNumber,
    Refusal,
    TypedCard,
    judge_plastic,
    told,
)
from bank_grpc.domain.guessing import (
    MEMORY,
    NO_GUESSES,
    PAUSE,
    WRONG_IN_A_ROW,
    Guesses,
)
from bank_grpc.domain.plastic import cvv_of

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NUMBER = "4000000000000002"
CVV = int(cvv_of(KEY, NUMBER, 11, 2030))
ISSUED = KnownNumber("card-1", "0002", is_current=True, expiration_month=11, expiration_year=2030)
RIGHT = TypedCard(NUMBER, 11, 2030, CVV)
WRONG = replace(RIGHT, cvv=(CVV + 1) % 1000)


def judged(
    typed: TypedCard, guesses: Guesses, now: datetime = NOW, **changes: Any
) -> tuple[Refusal | None, Guesses]:
    number = ISSUED._replace(**changes)
    return judge_plastic(number, typed, guesses, key=KEY, now=now, on=now.date())


def after(wrong: int) -> Guesses:
    guesses = NO_GUESSES
    for _ in range(wrong):
        _, guesses = judged(WRONG, guesses)
    return guesses


class TestGuesses:
    def test_the_tenth_wrong_code_pauses_and_the_ninth_does_not(self) -> None:
        assert not after(WRONG_IN_A_ROW - 1).is_paused(NOW)
        assert after(WRONG_IN_A_ROW).is_paused(NOW)

    def test_the_pause_ends_after_half_an_hour(self) -> None:
        guesses = after(WRONG_IN_A_ROW)

        assert guesses.paused_until == NOW + PAUSE
        assert guesses.is_paused(NOW + PAUSE - timedelta(microseconds=1))
        assert not guesses.is_paused(NOW + PAUSE)

    @pytest.mark.parametrize(
        ("after_the_tenth", "left"),
        [(timedelta(0), PAUSE), (PAUSE / 3, PAUSE * 2 / 3), (PAUSE * 2, timedelta(0))],
    )
    def test_tells_how_much_of_the_pause_is_left(
        self, after_the_tenth: timedelta, left: timedelta
    ) -> None:
        assert after(WRONG_IN_A_ROW).paused_for(NOW + after_the_tenth) == left
        assert NO_GUESSES.paused_for(NOW) == timedelta(0)

    def test_after_a_pause_each_further_wrong_code_begins_another(self) -> None:
        later = NOW + PAUSE

        _, guesses = judged(WRONG, after(WRONG_IN_A_ROW), later)

        assert guesses.paused_until == later + PAUSE

    def test_a_wrong_code_a_day_ago_is_forgotten(self) -> None:
        _, guesses = judged(WRONG, after(WRONG_IN_A_ROW), NOW + MEMORY)

        assert guesses == Guesses(1, NOW + MEMORY)

    def test_a_lift_ends_the_pause_and_leaves_one_guess(self) -> None:
        lifted = after(WRONG_IN_A_ROW).lifted()

        _, next_wrong = judged(WRONG, lifted)

        assert not lifted.is_paused(NOW)
        assert next_wrong.is_paused(NOW)

    @pytest.mark.parametrize("guesses", [NO_GUESSES, Guesses(3, NOW)])
    def test_without_a_pause_there_is_nothing_to_lift(self, guesses: Guesses) -> None:
        assert guesses.lifted() == guesses
        assert guesses.paused_until is None


class TestJudgePlastic:
    def test_a_right_code_ends_the_row(self) -> None:
        assert judged(RIGHT, after(WRONG_IN_A_ROW - 1)) == (None, NO_GUESSES)

    def test_a_wrong_expiry_counts_like_a_wrong_code(self) -> None:
        assert judged(replace(RIGHT, month=12), NO_GUESSES)[1] == Guesses(1, NOW)

    def test_a_month_that_is_over_tells_nothing_and_counts_nothing(self) -> None:
        expired = replace(RIGHT, year=2020)

        assert judged(expired, Guesses(3, NOW)) == (Refusal.CARD_EXPIRED, Guesses(3, NOW))

    @pytest.mark.parametrize("typed", [RIGHT, WRONG, replace(RIGHT, year=2020)])
    def test_during_a_pause_all_get_one_answer_and_count_nothing(self, typed: TypedCard) -> None:
        paused = after(WRONG_IN_A_ROW)

        assert judged(typed, paused, NOW + PAUSE / 2) == (Refusal.CARD_PAUSED, paused)

    @pytest.mark.parametrize(
        ("typed", "reason"), [(RIGHT, Refusal.CARD_BLOCKED), (WRONG, Refusal.WRONG_CVV)]
    )
    def test_a_replaced_number_neither_counts_nor_is_paused(
        self, typed: TypedCard, reason: Refusal
    ) -> None:
        paused = after(WRONG_IN_A_ROW)

        assert judged(typed, paused, is_current=False) == (reason, paused)


def test_callers_are_told_of_a_block() -> None:
    assert told(Refusal.CARD_PAUSED) == "card_blocked"
    assert told("") == ""
    assert told(Refusal.WRONG_CVV) == "wrong_cvv"
