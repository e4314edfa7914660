"""Guessing at a card ends: what a shop is answered after ten wrong guesses."""

from collections.abc import Callable

import pytest

from bank_grpc.adapters import bank as banks
from bank_grpc.adapters.bank import Purchase, RefusedError
from bank_grpc.api.tries import ShopGate
from bank_grpc.models import Checkout
from bank_grpc.services.cards import IssuedCard
from bank_grpc.services.checkout import CheckoutOrder
from bank_grpc.tests.api.people import Shop, ToldBank, expect_problem, purchase_of
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> IssuedCard:
    return issued()


class TestShopGate:
    def test_a_card_ends_after_ten_wrong_codes_for_this_shop_alone(
        self, card: IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, told = Shop(), ToldBank(answer=_refusing("wrong_cvv"))
        monkeypatch.setattr(banks, "bank", lambda: told)
        for _ in range(10):
            expect_problem(shop.check_out(purchase_of(card)), 402, "payment_refused")

        answer = shop.check_out(purchase_of(card))
        told.answer = lambda _purchase: "019"

        expect_problem(answer, 429, "rate_limited")
        assert 0 < int(answer["Retry-After"]) <= 1800
        assert shop.check_out(purchase_of(issued())).status_code == 201
        assert Shop("Livraria").check_out(purchase_of(card)).status_code == 201

    def test_a_parallel_guess_too_many_is_told_nothing_also_later(
        self, card: IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop = Shop()
        gate = ShopGate(_order(card, shop.account_id))

        def refuse(_purchase: Purchase) -> str:
            # The other guesses come back while this one is at the bank.
            for _ in range(10):
                gate.count_refusal("wrong_cvv")
            raise RefusedError("wrong_cvv")

        told = ToldBank(answer=refuse)
        monkeypatch.setattr(banks, "bank", lambda: told)

        for _ in range(2):
            expect_problem(shop.check_out(purchase_of(card), key="k"), 429, "rate_limited")
        assert Checkout.objects.get().status is None

    def test_a_limit_may_be_met_as_often_as_a_shop_likes(
        self, card: IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, told = Shop(), ToldBank(answer=_refusing("over_limit"))
        monkeypatch.setattr(banks, "bank", lambda: told)

        statuses = {shop.check_out(purchase_of(card)).status_code for _ in range(12)}

        assert statuses == {402}


def _refusing(reason: str) -> Callable[[Purchase], str]:
    def answer(_purchase: Purchase) -> str:
        raise RefusedError(reason)

    return answer


def _order(card: IssuedCard, caller: str) -> CheckoutOrder:
    return CheckoutOrder(
        caller=caller,
        key=None,
        store="Padaria",
        amount_cents=100,
        description="",
        number=card.plastic.number,
        holder="Ana",
        expiration_month=card.plastic.expiration_month,
        expiration_year=card.plastic.expiration_year,
        cvv=card.plastic.cvv,
    )
