"""Decides whether a card pays: the bank's rules, in the order in which they are told."""

import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bank_grpc.domain.plastic import cvv_of
from cards import rules


class Refusal(StrEnum):
    """Why a payment was refused, as callers are told beside code 9."""

    UNKNOWN_CARD = "unknown_card"
    CARD_EXPIRED = "card_expired"
    WRONG_CVV = "wrong_cvv"
    CARD_BLOCKED = "card_blocked"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Account:
    """What the bank knows of a card: its state, its limit, what is used, when it expires."""

    is_active: bool
    limit_cents: int
    balance_cents: int
    expiration_month: int
    expiration_year: int

    @property
    def available_cents(self) -> int:
        """Return how much may still be spent; more than the limit where the bank owes."""
        return self.limit_cents - self.balance_cents


def refusal_of_plastic(
    account: Account, *, number: str, month: int, year: int, cvv: int, key: bytes, on: date
) -> Refusal | None:
    """Return what is wrong with the card as it was typed, or None.

    `cvv` arrives as an integer on the old wire, so leading zeros are lost: compared by value, in
    constant time. The holder's name is not looked at.
    """
    expiries = ((month, year), (account.expiration_month, account.expiration_year))
    if any(not rules.is_month(m) or rules.is_expired(m, y, on) for m, y in expiries):
        return Refusal.CARD_EXPIRED
    expected = cvv_of(key, number, month, year)
    is_typed_right = (month, year) == (account.expiration_month, account.expiration_year)
    if not hmac.compare_digest(f"{cvv:03}", expected) or not is_typed_right:
        return Refusal.WRONG_CVV
    return None


def refusal_of_charge(account: Account, amount_cents: int) -> Refusal | None:
    """Return why the account does not bear the charge, or None; to reach the limit is allowed."""
    if not account.is_active:
        return Refusal.CARD_BLOCKED
    if amount_cents > account.available_cents:
        return Refusal.OVER_LIMIT
    return None
