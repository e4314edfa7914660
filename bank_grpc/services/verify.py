"""Verifies a card for a shop, and gives a token that pays one order of that shop once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from bank_grpc.adapters.vault import vault
from bank_grpc.domain.amounts import checked_cents
from bank_grpc.domain.authorisation import KnownNumber, Refusal, TypedCard, refusal_of_plastic
from bank_grpc.models import CardNumber, CardStatus, PaymentToken
from bank_grpc.services.requests import digest_of, secret_hash
from cards import rules

TOKEN_DAYS: Final = 30
_PREFIX: Final = "ptok_"
_SECRET_BYTES: Final = 32


class CardRefusedError(Exception):
    """The card cannot pay as it was typed; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Verified:
    """A card that may be charged later; the token is told this one time.

    `fingerprint` is keyed by the store, so that two shops cannot compare theirs.
    """

    token: str
    fingerprint: str
    brand: str
    last4: str
    expires_at: datetime


def verify_card(
    card: TypedCard, *, store: str, order_id: str, amount_cents: int, now: datetime
) -> Verified:
    """Check number, expiry, CVV and state, and give a token; no limit is held.

    Raises CardRefusedError and MalformedAmountError.
    """
    checked_cents(amount_cents)
    fingerprint = vault().fingerprint(card.number)
    number = CardNumber.objects.select_related("card").filter(pk=fingerprint).first()
    refusal = Refusal.UNKNOWN_CARD if number is None else _refusal(number, card, now)
    if number is None or refusal:
        raise CardRefusedError(refusal or Refusal.UNKNOWN_CARD)
    token = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    kept = PaymentToken.objects.create(
        token_hash=hash_of(token),
        card_number=number,
        store=store,
        order_id=order_id,
        amount_cents=amount_cents,
        created_at=now,
        expires_at=now + timedelta(days=TOKEN_DAYS),
    )
    of_store = digest_of("fingerprint", store, fingerprint)
    return Verified(token, of_store, number.brand, number.last4, kept.expires_at)


def hash_of(token: str) -> str:
    """Return the keyed hash under which a payment token is kept."""
    return secret_hash("payment-token", token)


def _refusal(number: CardNumber, typed: TypedCard, now: datetime) -> Refusal | None:
    known = KnownNumber(
        number.card_id,
        number.last4,
        number.replaced_at is None,
        number.expiration_month,
        number.expiration_year,
    )
    flaw = refusal_of_plastic(known, typed, key=settings.BANK_KEY, on=rules.day_in_brazil(now))
    is_barred = not known.is_current or number.card.status != CardStatus.ACTIVE
    return flaw or (Refusal.CARD_BLOCKED if is_barred else None)
