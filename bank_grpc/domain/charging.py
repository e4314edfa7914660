"""Judges charges one after the other against the cards they are for, as one transaction does.

What is made for each payment is a tuple with names: a frozen dataclass takes five times as long.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from bank_grpc.domain.authorisation import (
    Account,
    KnownNumber,
    Refusal,
    TypedCard,
    judge_plastic,
    refusal_of_charge,
)
from bank_grpc.domain.guessing import Guesses


class Charge(NamedTuple):
    """What a caller asks for: by a typed card, whose `fingerprint` finds it, or by a token.

    `scope` and `request_key` name the request for ever; `digest` is a keyed hash of what was asked.
    """

    id: str
    scope: str
    request_key: str
    digest: str
    amount_cents: int
    store: str
    description: str = ""
    order_id: str = ""
    instalments: int = 1
    card: TypedCard | None = None
    fingerprint: str = ""
    token_hash: str = ""


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token that the bank has given: for which number, caller, order and amount."""

    fingerprint: str
    scope: str
    order_id: str
    amount_cents: int
    expires_at: datetime
    is_spent: bool


class Verdict(NamedTuple):
    """What became of a charge; `refusal` is empty where it was approved.

    Balance and limit are the card's at that moment, None where no card was found.
    """

    charge: Charge
    card_id: str | None
    last4: str
    refusal: str
    balance_after_cents: int | None
    limit_cents: int | None

    @property
    def is_approved(self) -> bool:
        """Tell whether the card pays."""
        return not self.refusal


class Bench:
    """Judges charges in their order; what one takes, the next one finds taken."""

    def __init__(
        self,
        *,
        numbers: Mapping[str, KnownNumber],
        accounts: Mapping[str, Account],
        tokens: Mapping[str, KnownToken],
        key: bytes,
        now: datetime,
        today: date,
    ) -> None:
        """Know the `numbers` by fingerprint, the `accounts` by card id, the `tokens` by hash."""
        self._numbers = numbers
        self._accounts = dict(accounts)
        self._tokens = dict(tokens)
        self._key = key
        self._now = now
        self._today = today
        # By card id, of those cards alone whose row of wrong codes grew or ended.
        self.guesses: dict[str, Guesses] = {}

    def judge(self, charges: Iterable[Charge]) -> list[Verdict]:
        """Return a verdict for each charge, in their order."""
        return [self._judge(charge) for charge in charges]

    def _judge(self, charge: Charge) -> Verdict:
        token = self._tokens.get(charge.token_hash)
        fingerprint = token.fingerprint if token else charge.fingerprint
        number = self._numbers.get(fingerprint)
        if number is None:
            code = Refusal.TOKEN_MISMATCH if charge.token_hash else Refusal.UNKNOWN_CARD
            return Verdict(charge, None, "", code, None, None)
        refusal = self._refusal(charge, number, token)
        if not refusal:
            self._take(charge, number, token)
        account = self._accounts[number.card_id]
        return Verdict(
            charge,
            number.card_id,
            number.last4,
            refusal,
            account.balance_cents,
            account.limit_cents,
        )

    def _refusal(self, charge: Charge, number: KnownNumber, token: KnownToken | None) -> str:
        if token is not None:
            flaw = _flaw_of_token(charge, token, self._now) or self._flaw_of_number(number)
        else:
            flaw = self._flaw_of_plastic(charge.card, number)
        account = self._accounts[number.card_id]
        return flaw or refusal_of_charge(account, charge.amount_cents) or ""

    def _flaw_of_plastic(self, card: TypedCard | None, number: KnownNumber) -> str:
        if card is None:
            return Refusal.UNKNOWN_CARD
        account = self._accounts[number.card_id]
        flaw, guesses = judge_plastic(
            number, card, account.guesses, key=self._key, now=self._now, on=self._today
        )
        if guesses is not account.guesses and guesses != account.guesses:
            self._accounts[number.card_id] = account._replace(guesses=guesses)
            self.guesses[number.card_id] = guesses
        return flaw or ""

    def _flaw_of_number(self, number: KnownNumber) -> str:
        if number.is_expired(self._today):
            return Refusal.CARD_EXPIRED
        return "" if number.is_current else Refusal.CARD_BLOCKED

    def _take(self, charge: Charge, number: KnownNumber, token: KnownToken | None) -> None:
        account = self._accounts[number.card_id]
        balance = account.balance_cents + charge.amount_cents
        self._accounts[number.card_id] = account._replace(balance_cents=balance)
        if token is not None:
            self._tokens[charge.token_hash] = replace(token, is_spent=True)


def _flaw_of_token(charge: Charge, token: KnownToken, now: datetime) -> str:
    asked = (charge.scope, charge.order_id, charge.amount_cents)
    if asked != (token.scope, token.order_id, token.amount_cents):
        return Refusal.TOKEN_MISMATCH
    if token.is_spent:
        return Refusal.TOKEN_USED
    return Refusal.TOKEN_EXPIRED if now >= token.expires_at else ""
