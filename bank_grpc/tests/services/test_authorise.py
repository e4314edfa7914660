"""A payment is decided once: limit, ledger, event and answer agree, whatever is repeated."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from uuid_utils.compat import uuid7

from bank_grpc.models import Card, CardNumber, LedgerEntry, Payment, PaymentToken
from bank_grpc.services import cards
from bank_grpc.services.authorise import Answer, authorise
from bank_grpc.services.requests import RequestReusedError, digest_of
from bank_grpc.tests.services.kit import NOW, charge, events, issued, pay
from messaging.models import OutboxMessage


@pytest.fixture
def card(db: None) -> cards.IssuedCard:
    return issued()


@pytest.mark.django_db
class TestAuthorise:
    def test_an_approved_payment_moves_balance_ledger_and_event_together(
        self, card: cards.IssuedCard
    ) -> None:
        answer = pay(card, 8970)

        assert (answer.is_approved, answer.balance_after_cents) == (True, 8970)
        assert Card.objects.get().balance_cents == 8970
        assert dict(LedgerEntry.objects.values_list("account", "amount_cents")) == {
            f"card:{card.card_id}": 8970,
            "store:Padaria": -8970,
        }
        (event,) = events()
        assert event["transaction_id"] == answer.payment_id
        assert (event["status"], event["kind"], event["amount"]) == ("approved", "payment", 89.7)
        assert event["credit_card_number"] == "*" * 12 + card.plastic.number[-4:]
        assert event["card_id"] == card.card_id
        assert OutboxMessage.objects.get().key == card.card_id

    def test_reaching_the_limit_exactly_is_approved_and_a_cent_more_refused(
        self, card: cards.IssuedCard
    ) -> None:
        assert pay(card, 100_000).is_approved

        refused = pay(card, 1)

        assert (refused.refusal_code, refused.balance_after_cents) == ("over_limit", 100_000)
        assert [event["status"] for event in events()] == ["approved", "rejected"]
        assert LedgerEntry.objects.count() == 2

    def test_a_repetition_gets_the_first_answer_and_charges_once(
        self, card: cards.IssuedCard
    ) -> None:
        first = charge(card)

        answers = [
            authorise(first._replace(id=str(uuid7())), now=NOW + timedelta(days=n))
            for n in range(3)
        ]

        assert len({answer.payment_id for answer in answers}) == 1
        assert Card.objects.get().balance_cents == 10_000
        assert len(events()) == 1

    def test_a_refusal_is_repeated_also_after_the_limit_is_back(
        self, card: cards.IssuedCard
    ) -> None:
        asked = charge(card, 100_001)
        authorise(asked, now=NOW)
        cards.change_limit(card.card_id, 200_000, actor="test", now=NOW)

        assert authorise(asked, now=NOW).refusal_code == "over_limit"

    def test_the_same_key_for_another_charge_is_an_error(self, card: cards.IssuedCard) -> None:
        asked = charge(card)
        authorise(asked, now=NOW)

        with pytest.raises(RequestReusedError):
            authorise(asked._replace(digest=digest_of("other")), now=NOW)

    def test_an_unknown_card_is_kept_but_not_published(self, card: cards.IssuedCard) -> None:
        answer = pay(card, fingerprint="f" * 48)

        assert answer.refusal_code == "unknown_card"
        assert Payment.objects.get().card is None
        assert events() == []

    def test_a_blocked_card_is_refused(self, card: cards.IssuedCard) -> None:
        cards.block_card(card.card_id, actor="test", now=NOW)

        assert pay(card).refusal_code == "card_blocked"

    def test_the_number_of_before_a_replacement_pays_no_more(self, card: cards.IssuedCard) -> None:
        cards.replace_card(card.card_id, actor="test", now=NOW)

        assert pay(card).refusal_code == "card_blocked"

    def test_neither_number_nor_cvv_is_in_any_row(self, card: cards.IssuedCard) -> None:
        pay(card)

        with connection.cursor() as cursor:
            for table in ("bank_payment", "bank_ledger_entry", "messaging_outbox"):
                cursor.execute(f"SELECT * FROM {table}")
                assert card.plastic.number not in str(cursor.fetchall())


@pytest.mark.django_db
class TestTokens:
    def token(self, **changes: Any) -> PaymentToken:
        facts: dict[str, Any] = {
            "token_hash": "t" * 64,
            "card_number": CardNumber.objects.get(),
            "scope": "store:Padaria",
            "order_id": "order-1",
            "amount_cents": 10_000,
            "created_at": NOW,
            "expires_at": NOW + timedelta(days=30),
        }
        return PaymentToken.objects.create(**{**facts, **changes})

    def spend(self, card: cards.IssuedCard, **changes: Any) -> Answer:
        by_token = {"card": None, "fingerprint": "", "order_id": "order-1", "token_hash": "t" * 64}
        asked = charge(card)._replace(**{**by_token, **changes})
        return authorise(asked, now=NOW)

    def test_is_spent_by_its_first_approved_payment(self, card: cards.IssuedCard) -> None:
        token = self.token()

        first, second = self.spend(card), self.spend(card)

        token.refresh_from_db()
        assert (first.refusal_code, second.refusal_code) == ("", "token_used")
        assert token.payment_id == first.payment_id

    def test_the_same_request_is_answered_also_when_the_token_is_spent(
        self, card: cards.IssuedCard
    ) -> None:
        self.token()
        first = self.spend(card, request_key="order:1:authorise")

        again = self.spend(card, request_key="order:1:authorise")

        assert again.payment_id == first.payment_id
        assert again.is_approved

    def test_a_refused_payment_leaves_it_unspent(self, card: cards.IssuedCard) -> None:
        self.token()
        cards.block_card(card.card_id, actor="test", now=NOW)
        assert self.spend(card).refusal_code == "card_blocked"
        cards.unblock_card(card.card_id, actor="test", now=NOW)

        assert self.spend(card).is_approved

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"scope": "store:Livraria"}, "token_mismatch"),
            ({"order_id": "order-2"}, "token_mismatch"),
            ({"amount_cents": 9_999}, "token_mismatch"),
            ({"token_hash": "u" * 64}, "token_mismatch"),
        ],
    )
    def test_pays_only_what_it_was_made_for(
        self, card: cards.IssuedCard, changes: Any, code: str
    ) -> None:
        self.token()

        assert self.spend(card, **changes).refusal_code == code

    def test_is_too_old_after_its_time(self, card: cards.IssuedCard) -> None:
        self.token(expires_at=NOW)

        assert self.spend(card).refusal_code == "token_expired"


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    THREADS = 16

    def test_exactly_ten_of_many_fit_into_the_limit(self) -> None:
        card = issued(100_000)
        barrier = threading.Barrier(self.THREADS)

        def one() -> Answer:
            barrier.wait()
            try:
                return pay(card, 10_000)
            finally:
                connection.close()

        with ThreadPoolExecutor(self.THREADS) as pool:
            answers = [
                future.result() for future in [pool.submit(one) for _ in range(self.THREADS)]
            ]

        assert sum(answer.is_approved for answer in answers) == 10
        assert Card.objects.get().balance_cents == 100_000
        assert LedgerEntry.objects.aggregate(total=Sum("amount_cents"))["total"] == 0
        assert LedgerEntry.objects.count() == 20

    def test_twins_at_once_are_one_charge(self) -> None:
        card = issued()
        asked = charge(card)
        barrier = threading.Barrier(self.THREADS)

        def one() -> str:
            barrier.wait()
            try:
                return authorise(asked._replace(id=str(uuid7())), now=NOW).payment_id
            finally:
                connection.close()

        with ThreadPoolExecutor(self.THREADS) as pool:
            ids = {future.result() for future in [pool.submit(one) for _ in range(self.THREADS)]}

        assert len(ids) == 1
        assert Card.objects.get().balance_cents == 10_000
