"""Keys and tokens of the bank stay for as long as somebody may come back with them, no longer."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import models

from bank_grpc.models import CardNumber, Checkout, Payment, PaymentToken
from bank_grpc.services.authorise import Answer, authorise
from bank_grpc.services.verify import TOKEN_DAYS
from bank_grpc.tests.services.kit import NOW, SCOPE, charge, issued
from cards.installation import vault
from messaging.housekeeping import trimmers

KEPT = timedelta(days=TOKEN_DAYS)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def _trimmed(model: type[models.Model]) -> int:
    return next(each for each in trimmers() if each.model is model).trim(NOW)


class TestCheckoutsAreTrimmed:
    def _checkout(self, age: timedelta, status: int | None = 201) -> str:
        made = Checkout(id=f"{age}", caller="shop", request_digest="", created_at=NOW - age)
        made.status, made.answer = status, "{}"
        made.save()
        return str(made.id)

    def test_once_the_promise_of_their_keys_is_over(self) -> None:
        kept = self._checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=-1))
        self._checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=1))
        self._checkout(timedelta(hours=settings.IDEMPOTENCY_HOURS, seconds=2), status=None)

        _trimmed(Checkout)

        assert list(Checkout.objects.values_list("pk", flat=True)) == [kept]


class TestTokensAreTrimmed:
    """Each test's token was given to order-1, and expired so long ago."""

    def _token(self, expired_since: timedelta) -> PaymentToken:
        self.card = issued()
        return PaymentToken.objects.create(
            token_hash="t" * 64,
            card_number=CardNumber.objects.get(pk=vault().fingerprint(self.card.plastic.number)),
            scope=SCOPE,
            order_id="order-1",
            amount_cents=10_000,
            created_at=NOW - expired_since - KEPT,
            expires_at=NOW - expired_since,
        )

    def _charged(self, ago: timedelta = timedelta(0)) -> Answer:
        asked = charge(self.card, order_id="order-1", request_key="order:1:authorise")
        by_token = asked._replace(card=None, fingerprint="", token_hash="t" * 64)
        return authorise(by_token, now=NOW - ago)

    def test_not_before_a_charge_that_waited_for_weeks_was_told_that_it_comes_too_late(
        self,
    ) -> None:
        self._token(KEPT - SECOND)

        assert _trimmed(PaymentToken) == 0
        assert self._charged().refusal_code == "token_expired"

    def test_once_nobody_can_still_mean_to_charge_by_them(self) -> None:
        self._token(KEPT + SECOND)

        assert _trimmed(PaymentToken) == 1
        assert self._charged().refusal_code == "token_mismatch"

    def test_without_a_word_changed_to_whoever_was_answered_before(self) -> None:
        self._token(KEPT + SECOND)
        told = self._charged(ago=timedelta(days=20))

        assert _trimmed(PaymentToken) == 1
        assert (told.refusal_code, self._charged()) == ("token_expired", told)

    def test_never_where_a_payment_spent_them(self) -> None:
        token = self._token(KEPT + SECOND)
        paid = self._charged(ago=KEPT + 2 * SECOND)

        assert paid.is_approved
        assert _trimmed(PaymentToken) == 0
        assert PaymentToken.objects.get().payment == Payment.objects.get(pk=paid.payment_id)
        assert token.expires_at > paid.created_at
