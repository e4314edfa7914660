"""The shop's way to the bank: a payment over the old wire, told in the checkout's own words."""

from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

from bank_grpc.client import BankClient, BankError, BankUnavailable, Card, PaymentRefused

# A buyer waits: longer than the bank lets a twin wait for the first.
_PATIENCE_SECONDS: Final = 6.0
_MALFORMED: Final = "INVALID_ARGUMENT"
_KEY_REUSED: Final = "idempotency key reused"


class RefusedError(Exception):
    """The bank has refused the payment; `reason` is its refusal code."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason


class BankAwayError(Exception):
    """The bank could not be asked, or its answer did not come: the outcome is not known."""


class MalformedError(Exception):
    """The bank does not take what was sent; nothing was charged."""


class KeyReusedError(MalformedError):
    """The key stands for another payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What the bank is asked for; `key` makes repeating it safe, and no text shows the card."""

    number: str = field(repr=False)
    holder: str = field(repr=False)
    expiration_month: int
    expiration_year: int
    cvv: str = field(repr=False)
    amount_cents: int
    store: str
    description: str
    key: str


class Bank(Protocol):
    """Whoever charges cards."""

    def pay(self, purchase: Purchase) -> str:
        """Charge the card and return the transaction's id.

        Raises RefusedError, BankAwayError, MalformedError and KeyReusedError.
        """
        ...


class GrpcBank:
    """The bank over `payment.PaymentService/Payment`, by the client that all callers use."""

    def __init__(self, address: str = "", *, seconds: float = _PATIENCE_SECONDS) -> None:
        """Call `address`, the settings' where none is given; wait `seconds` for an answer."""
        self._client = BankClient(address)
        self._seconds = seconds

    def pay(self, purchase: Purchase) -> str:
        """Charge the card once under the purchase's key; return the transaction's id."""
        try:
            return self._client.pay(
                _card(purchase),
                amount_cents=purchase.amount_cents,
                store=purchase.store,
                description=purchase.description,
                key=purchase.key,
                deadline=self._seconds,
            )
        except PaymentRefused as error:
            raise RefusedError(error.reason) from None
        except BankUnavailable as error:
            raise BankAwayError from error
        except BankError as error:
            raise _failed(error) from error


def _card(purchase: Purchase) -> Card:
    return Card(
        number=purchase.number,
        expiration_month=purchase.expiration_month,
        expiration_year=purchase.expiration_year,
        cvv=purchase.cvv,
        holder=purchase.holder,
    )


def _failed(error: BankError) -> Exception:
    if error.code != _MALFORMED:
        # Neither a refusal nor our fault: what became of the payment is not known.
        return BankAwayError()
    return KeyReusedError() if error.text == _KEY_REUSED else MalformedError()


@cache
def bank() -> Bank:
    """Return the bank that the settings name, one channel for the process."""
    return GrpcBank()
