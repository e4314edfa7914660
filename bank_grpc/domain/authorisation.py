"""Decides whether a card pays: the bank's rules, in the order in which they are told."""

import hmac
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from bank_grpc.domain.guessing import NO_GUESSES, Guesses
from bank_grpc.domain.plastic import cvv_of
from cards import rules


class Refusal(StrEnum):
    """Why a payment was refused, as callers are told beside code 9."""

    UNKNOWN_CARD = "unknown_card"
    CARD_EXPIRED = "card_expired"
    WRONG_CVV = "wrong_cvv"
    CARD_BLOCKED = "card_blocked"
    CARD_PAUSED = "card_paused"
    OVER_LIMIT = "over_limit"
    TOKEN_MISMATCH = "token_mismatch"  # noqa: S105 - a reason, not a secret
    TOKEN_USED = "token_used"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105


def told(refusal: str) -> str:
    """Return the reason as callers and events tell it: to them a paused card is a blocked one."""
    return Refusal.CARD_BLOCKED if refusal == Refusal.CARD_PAUSED else refusal


@dataclass(frozen=True, slots=True)
class TypedCard:
    """A card as a buyer typed it; it never outlives the request, and no text shows it."""

    number: str = field(repr=False)
    month: int
    year: int
    cvv: int = field(repr=False)

    def is_expired(self, on: date) -> bool:
        """Tell whether the month typed is none, or its last day lies before `on`."""
        return not rules.is_month(self.month) or rules.is_expired(self.month, self.year, on)


class KnownNumber(NamedTuple):
    """A number that the bank has issued: whose it is, and whether it is the card's current one."""

    card_id: str
    last4: str
    is_current: bool
    expiration_month: int
    expiration_year: int

    def is_expired(self, on: date) -> bool:
        """Tell whether its last day lies before `on`."""
        return rules.is_expired(self.expiration_month, self.expiration_year, on)


class Account(NamedTuple):
    """What stands behind a card: whether it may pay, its limit, what is used, who guessed at it."""

    is_active: bool
    limit_cents: int
    balance_cents: int
    guesses: Guesses = NO_GUESSES

    @property
    def available_cents(self) -> int:
        """Return how much may still be spent; more than the limit where the bank owes."""
        return self.limit_cents - self.balance_cents


def refusal_of_plastic(
    issued: KnownNumber, typed: TypedCard, *, key: bytes, on: date
) -> Refusal | None:
    """Return what is wrong with the card as it was typed, or None.

    The CVV arrives as an integer on the old wire, so leading zeros are lost: compared by value, in
    constant time. The holder's name is not looked at.
    """
    if typed.is_expired(on) or issued.is_expired(on):
        return Refusal.CARD_EXPIRED
    expected = cvv_of(key, typed.number, typed.month, typed.year)
    is_right = hmac.compare_digest(f"{typed.cvv:03}", expected)
    is_expiry_right = (typed.month, typed.year) == (
        issued.expiration_month,
        issued.expiration_year,
    )
    return None if is_right and is_expiry_right else Refusal.WRONG_CVV


def judge_plastic(
    issued: KnownNumber,
    typed: TypedCard,
    guesses: Guesses,
    *,
    key: bytes,
    now: datetime,
    on: date,
) -> tuple[Refusal | None, Guesses]:
    """Return what is wrong with the card as it was typed, and the guesses at it from now on.

    While the card is paused nothing is looked at, so that a right code and a wrong one get the
    same answer. A replaced number pays nothing: guesses at it say nothing of the card.
    """
    if not issued.is_current:
        flaw = refusal_of_plastic(issued, typed, key=key, on=on)
        return flaw or Refusal.CARD_BLOCKED, guesses
    if guesses.is_paused(now):
        return Refusal.CARD_PAUSED, guesses
    flaw = refusal_of_plastic(issued, typed, key=key, on=on)
    if flaw is Refusal.WRONG_CVV:
        return flaw, guesses.after_wrong(now)
    return flaw, guesses if flaw else NO_GUESSES


def refusal_of_charge(account: Account, amount_cents: int) -> Refusal | None:
    """Return why the account does not bear the charge, or None; to reach the limit is allowed."""
    if not account.is_active:
        return Refusal.CARD_BLOCKED
    if amount_cents > account.available_cents:
        return Refusal.OVER_LIMIT
    return None
