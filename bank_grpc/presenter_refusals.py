"""Says why a payment was refused: in words, and with the numbers of that moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bank_grpc.domain.authorisation import Refusal
from bank_grpc.models import Payment

Money = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why: a short reason, a sentence, and the numbers in cents, None where none was looked at."""

    code: str
    title: str
    text: str
    amount_cents: int
    limit_cents: int | None
    available_cents: int | None


_WORDS: Final[dict[str, tuple[Promise, Promise]]] = {
    Refusal.OVER_LIMIT: (
        _("Over the limit"),
        _(
            "The purchase was for {amount}. Of the limit of {limit}, {available} was"
            " available at that moment: {missing} too little."
        ),
    ),
    Refusal.CARD_EXPIRED: (
        _("Card expired"),
        _("The card was past its last month, or another expiry was typed."),
    ),
    Refusal.WRONG_CVV: (
        _("Wrong security code"),
        _("The security code or the expiry that was typed is not the card's."),
    ),
    Refusal.CARD_BLOCKED: (
        _("Card blocked"),
        _("The card was blocked, or its number had been replaced by a new one."),
    ),
    Refusal.CARD_PAUSED: (
        _("Card paused"),
        _(
            "Code or expiry had been wrong ten times in a row, so the card was paused for half an"
            " hour. No code is looked at meanwhile, the right one neither."
        ),
    ),
    Refusal.TOKEN_MISMATCH: (
        _("Other purchase"),
        _("The shop asked for another order or amount than the card was verified for."),
    ),
    Refusal.TOKEN_USED: (
        _("Already paid"),
        _("The shop had charged this order before; it can be charged once."),
    ),
    Refusal.TOKEN_EXPIRED: (
        _("Too late"),
        _("The shop charged more than thirty days after the card was verified."),
    ),
}
_OTHER: Final = (_("Refused"), _("The bank refused this payment."))


def titles() -> list[tuple[str, str]]:
    """Return the reasons that a known card can be refused for, and what each is called."""
    return [(str(code), str(title)) for code, (title, _text) in _WORDS.items()]


def explain(payment: Payment, money: Money) -> Explained:
    """Return why `payment` was refused; `money` writes cents as the reader does."""
    title, text = _WORDS.get(payment.refusal_code, _OTHER)
    limit, balance = payment.limit_cents, payment.balance_after_cents
    available = None if limit is None or balance is None else limit - balance
    numbers = {
        "amount": money(payment.amount_cents),
        "limit": money(limit or 0),
        "available": money(available or 0),
        "missing": money(max(0, payment.amount_cents - (available or 0))),
    }
    return Explained(
        payment.refusal_code,
        str(title),
        str(text).format(**numbers),
        payment.amount_cents,
        limit,
        available,
    )
