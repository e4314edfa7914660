"""Ends the guessing of cards: after ten refusals the same address, or card, waits half an hour."""

from collections.abc import Mapping
from typing import Final

from accounts.throttling import Tries, client_address
from bank_grpc.services.checkout import CheckoutOrder
from bank_grpc.services.requests import secret_hash

# What a refusal tells whoever makes cards up. A shop may try a low limit as often as it likes.
GUESSES: Final = frozenset({"unknown_card", "wrong_cvv", "card_expired"})
_HASH_LETTERS: Final = 27


class ShopGate:
    """Counts the wrong guesses of a shop at one card."""

    def __init__(self, order: CheckoutOrder) -> None:
        """Watch the order's card within the order's shop: no shop locks a card for another."""
        self._tries = Tries({_subject(order.caller, order.card_hash): "card"})

    def refuse_if_locked(self) -> None:
        """Raise LockedError after too many wrong guesses."""
        self._tries.refuse_if_locked()

    def count_refusal(self, reason: str) -> None:
        """Count it where it is a wrong guess; raises LockedError where that was one too many."""
        if reason in GUESSES:
            self._tries.count_failure()


class PageGate:
    """Counts every refusal at the page, where anybody comes: by address, and by card."""

    def __init__(self, order: CheckoutOrder, meta: Mapping[str, str]) -> None:
        """Watch the order's card, and the address that the request with `meta` came from."""
        address = _subject("address", client_address(meta))
        self._tries = Tries({address: "address", _subject(order.caller, order.card_hash): "card"})

    def refuse_if_locked(self) -> None:
        """Raise LockedError after too many refusals."""
        self._tries.refuse_if_locked()

    def count_refusal(self, reason: str) -> None:  # noqa: ARG002 - the page counts them all
        """Count it; raises LockedError where it was one too many."""
        self._tries.count_failure()


def _subject(*parts: str) -> str:
    return f"checkout:{secret_hash('tries', ':'.join(parts))[:_HASH_LETTERS]}"
