"""Guesses at a card are counted on its row: in one batch, by all doors, on both databases."""

from collections import Counter
from datetime import timedelta

import pytest

from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.domain.charging import Charge
from bank_grpc.domain.guessing import PAUSE, WRONG_IN_A_ROW
from bank_grpc.models import Card, CardChange, Payment
from bank_grpc.services import cards
from bank_grpc.services.authorise import Entry, authorise, entry_of, write
from bank_grpc.services.verify import CardRefusedError, hash_of, verify_card
from bank_grpc.tests.services.kit import NOW, SCOPE, charge, events, issued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card(transactional_db: None) -> cards.IssuedCard:
    return issued()


def typed(card: cards.IssuedCard, off_by: int = 0) -> TypedCard:
    plastic = card.plastic
    cvv = (int(plastic.cvv) + off_by) % 1000
    return TypedCard(plastic.number, plastic.expiration_month, plastic.expiration_year, cvv)


def asked(card: cards.IssuedCard, off_by: int = 0) -> Charge:
    return charge(card, 100)._replace(card=typed(card, off_by))


def guess(card: cards.IssuedCard, off_by: int) -> str:
    return authorise(asked(card, off_by), now=NOW).refusal_code


def verified(card: cards.IssuedCard, off_by: int = 0) -> str:
    """Return a token, or the reason why there is none."""
    try:
        return verify_card(
            typed(card, off_by), scope=SCOPE, order_id="order-1", amount_cents=100, now=NOW
        ).token
    except CardRefusedError as error:
        return error.refusal


def pause(card: cards.IssuedCard) -> None:
    for number in range(WRONG_IN_A_ROW):
        assert guess(card, number + 1) == "wrong_cvv"


class TestAuthorise:
    def test_in_one_batch_ten_are_looked_at_the_right_one_behind_them_is_not(
        self, card: cards.IssuedCard
    ) -> None:
        offs = [*range(1, 40), 0]
        entries: list[Entry] = [entry_of(asked(card, off), NOW, None) for off in offs]

        write(entries)

        told = [each.answer().refusal_code for each in entries]
        assert Counter(told) == {"wrong_cvv": WRONG_IN_A_ROW, "card_paused": 30}
        assert told[-1] == "card_paused"
        assert Card.objects.get().balance_cents == 0

    def test_the_owner_pays_once_the_pause_is_over_and_ends_the_row(
        self, card: cards.IssuedCard
    ) -> None:
        pause(card)
        refused = authorise(charge(card, 100), now=NOW)

        paid = authorise(charge(card, 100), now=NOW + PAUSE)

        assert (refused.refusal_code, paid.refusal_code) == ("card_paused", "")
        assert Card.objects.get().wrong_codes == 0

    def test_a_right_code_between_ends_the_row(self, card: cards.IssuedCard) -> None:
        for off_by in range(1, WRONG_IN_A_ROW):
            guess(card, off_by)
        assert guess(card, 0) == ""

        pause(card)

        assert guess(card, 0) == "card_paused"

    def test_a_repetition_under_its_key_is_one_guess(self, card: cards.IssuedCard) -> None:
        wrong = asked(card, 1)

        for _ in range(3):
            assert authorise(wrong, now=NOW).refusal_code == "wrong_cvv"

        assert Card.objects.get().wrong_codes == 1

    def test_an_honest_payment_notes_nothing_of_guesses(self, card: cards.IssuedCard) -> None:
        assert guess(card, 0) == ""

        kept = Card.objects.get()
        assert (kept.wrong_codes, kept.wrong_code_at) == (0, None)

    def test_events_tell_what_callers_know_and_the_row_what_it_was(
        self, card: cards.IssuedCard
    ) -> None:
        pause(card)
        guess(card, 0)

        assert events()[-1]["refusal_code"] == "card_blocked"
        assert Payment.objects.filter(refusal_code="card_paused").count() == 1

    def test_a_guess_at_another_card_pauses_nobody_else(self, card: cards.IssuedCard) -> None:
        other = issued()
        pause(card)

        assert guess(other, 0) == ""


class TestVerify:
    def test_its_guesses_and_those_of_payments_are_one_row(self, card: cards.IssuedCard) -> None:
        for off_by in range(1, 6):
            assert verified(card, off_by) == "wrong_cvv"
            assert guess(card, off_by) == "wrong_cvv"

        assert verified(card) == guess(card, 0) == "card_paused"

    def test_a_shop_that_has_a_token_is_paid_during_the_pause(self, card: cards.IssuedCard) -> None:
        token = verified(card)
        pause(card)

        charged = charge(card, 100)._replace(
            card=None,
            fingerprint="",
            order_id="order-1",
            token_hash=hash_of(token),
        )

        assert authorise(charged, now=NOW).is_approved
        assert Card.objects.get().wrong_codes == WRONG_IN_A_ROW


class TestTheWayOut:
    def test_a_replaced_card_begins_anew_and_its_old_number_harms_it_not(
        self, card: cards.IssuedCard
    ) -> None:
        pause(card)

        fresh = cards.replace_card(card.card_id, actor="ana", now=NOW)
        for off_by in range(1, WRONG_IN_A_ROW + 5):
            assert guess(card, off_by) == "wrong_cvv"

        assert guess(fresh, 0) == ""

    def test_a_lift_is_noted_and_leaves_one_guess(self, card: cards.IssuedCard) -> None:
        pause(card)

        cards.lift_pause(card.card_id, actor="ana", now=NOW)

        assert CardChange.objects.filter(kind="resumed", actor="ana").count() == 1
        assert [guess(card, 1), guess(card, 0)] == ["wrong_cvv", "card_paused"]

    def test_where_there_is_no_pause_a_lift_changes_nothing(self, card: cards.IssuedCard) -> None:
        pause(card)

        cards.lift_pause(card.card_id, actor="ana", now=NOW + timedelta(hours=1))

        assert not CardChange.objects.filter(kind="resumed").exists()
        assert Card.objects.get().wrong_codes == WRONG_IN_A_ROW
