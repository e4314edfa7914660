"""A verified card gives a token for one order; a wrong one gives a reason and nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.models import Card, PaymentToken
from bank_grpc.services import cards
from bank_grpc.services.authorise import authorise
from bank_grpc.services.verify import CardRefusedError, Verified, hash_of, verify_card
from bank_grpc.tests.services.kit import NOW, SCOPE, charge, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db: None) -> cards.IssuedCard:
    return issued()


def verify(card: cards.IssuedCard, scope: str = SCOPE, **changes: Any) -> Verified:
    plastic = card.plastic
    typed = TypedCard(
        plastic.number, plastic.expiration_month, plastic.expiration_year, int(plastic.cvv)
    )
    return verify_card(
        replace(typed, **changes), scope=scope, order_id="order-1", amount_cents=10_000, now=NOW
    )


def test_the_token_pays_its_order_and_holds_no_limit_before(card: cards.IssuedCard) -> None:
    verified = verify(card)
    assert Card.objects.get().balance_cents == 0

    asked = charge(card)._replace(
        card=None,
        fingerprint="",
        order_id="order-1",
        token_hash=hash_of(verified.token),
    )
    answer = authorise(asked, now=NOW)

    assert answer.is_approved
    assert verified.last4 == card.plastic.number[-4:]
    assert verified.expires_at == NOW + timedelta(days=30)


def test_the_token_itself_is_not_kept(card: cards.IssuedCard) -> None:
    verified = verify(card)

    assert verified.token not in str(PaymentToken.objects.values().get())


def test_two_stores_cannot_compare_fingerprints(card: cards.IssuedCard) -> None:
    prints = {verify(card, scope).fingerprint for scope in (SCOPE, SCOPE, "account:2")}

    assert len(prints) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": "4000000000000002"}, "unknown_card"),
        ({"cvv": 1000}, "wrong_cvv"),
        ({"year": 2020}, "card_expired"),
    ],
)
def test_a_wrong_card_gets_a_reason_and_no_token(
    card: cards.IssuedCard, changes: Any, reason: str
) -> None:
    with pytest.raises(CardRefusedError, match=reason):
        verify(card, **changes)

    assert not PaymentToken.objects.exists()


def test_a_blocked_card_gets_no_token(card: cards.IssuedCard) -> None:
    cards.block_card(card.card_id, actor="test", now=NOW)

    with pytest.raises(CardRefusedError, match="card_blocked"):
        verify(card)
