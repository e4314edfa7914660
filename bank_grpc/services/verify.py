"""Verifies a card for a shop, and gives a token that pays one order of that shop once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from bank_grpc.domain.amounts import checked_cents
from bank_grpc.domain.authorisation import (
    Account,
    KnownNumber,
    Refusal,
    TypedCard,
    judge_plastic,
)
from bank_grpc.models import Card, CardNumber, PaymentToken
from bank_grpc.services.decide import ACCOUNT_COLUMNS, known_accounts, note_guesses
from bank_grpc.services.requests import digest_of, secret_hash
from cards import rules
from cards.installation import vault
from messaging.whole import run_whole

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

    `fingerprint` is keyed by whose it is, so that two shops cannot compare theirs.
    """

    token: str
    fingerprint: str
    brand: str
    last4: str
    expires_at: datetime


def verify_card(
    card: TypedCard, *, scope: str, order_id: str, amount_cents: int, now: datetime
) -> Verified:
    """Check number, expiry, CVV and state, and give a token that `scope` may spend.

    No limit is held. Raises CardRefusedError and MalformedAmountError.
    """
    checked_cents(amount_cents)
    fingerprint = vault().fingerprint(card.number)
    token = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    wanted = PaymentToken(
        token_hash=hash_of(token),
        card_number_id=fingerprint,
        scope=scope,
        order_id=order_id,
        amount_cents=amount_cents,
        created_at=now,
        expires_at=now + timedelta(days=TOKEN_DAYS),
    )
    # A wrong code whose commit got lost is tried again, and may count twice: no harm.
    number = run_whole(lambda: _checked(wanted, card, now))
    if isinstance(number, Refusal):
        raise CardRefusedError(number)
    of_shop = digest_of("fingerprint", scope, fingerprint)
    return Verified(token, of_shop, number.brand, number.last4, wanted.expires_at)


def hash_of(token: str) -> str:
    """Return the keyed hash under which a payment token is kept."""
    return secret_hash("payment-token", token)


def _checked(wanted: PaymentToken, typed: TypedCard, now: datetime) -> CardNumber | Refusal:
    """Keep the token of a card that is as it should be, or note the wrong guess at it.

    Under the card's lock, as payments are: of two hundred guesses at once ten are looked at.
    """
    account = _locked(wanted.card_number_id)
    if account is None:
        return Refusal.UNKNOWN_CARD
    number = CardNumber.objects.get(pk=wanted.card_number_id)
    flaw, guesses = judge_plastic(
        _known(number),
        typed,
        account.guesses,
        key=settings.BANK_KEY,
        now=now,
        on=rules.day_in_brazil(now),
    )
    if guesses != account.guesses:
        note_guesses({number.card_id: guesses})
    refusal = flaw or (None if account.is_active else Refusal.CARD_BLOCKED)
    if refusal:
        return refusal
    wanted.save(force_insert=True)
    return number


def _locked(fingerprint: str) -> Account | None:
    owners = CardNumber.objects.filter(pk=fingerprint).values("card_id")
    rows = known_accounts(
        Card.objects.select_for_update().filter(pk__in=owners).values_list(*ACCOUNT_COLUMNS)
    )
    return next(iter(rows.values()), None)


def _known(number: CardNumber) -> KnownNumber:
    return KnownNumber(
        number.card_id,
        number.last4,
        number.replaced_at is None,
        number.expiration_month,
        number.expiration_year,
    )
