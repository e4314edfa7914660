"""The shop's way to the bank: a payment over the old wire, told in the checkout's own words."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NoReturn, Protocol

import grpc
from django.conf import settings

from bank_grpc.protos import payment_pb2, payment_pb2_grpc

_DEADLINE_SECONDS: Final = 6.0
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
    """The bank at an address, over `payment.PaymentService/Payment`."""

    def __init__(self, address: str) -> None:
        """Open a channel to `address`, host:port; it connects by itself when it is used."""
        self._stub = payment_pb2_grpc.PaymentServiceStub(grpc.insecure_channel(address))

    def pay(self, purchase: Purchase) -> str:
        """Charge the card once under the purchase's key; return the transaction's id."""
        metadata = (("idempotency-key", purchase.key),)
        try:
            _, call = self._stub.Payment.with_call(
                _request(purchase), timeout=_DEADLINE_SECONDS, metadata=metadata
            )
        except grpc.RpcError as error:
            _translate(error)
        return str(_trailing(call)["transaction-id"])


def _request(purchase: Purchase) -> payment_pb2.PaymentRequest:
    card = payment_pb2.PaymentRequest.CreditCard(
        name=purchase.holder,
        number=purchase.number,
        expirationMonth=purchase.expiration_month,
        expirationYear=purchase.expiration_year,
        cvv=int(purchase.cvv),
    )
    return payment_pb2.PaymentRequest(
        creditCard=card,
        amount=purchase.amount_cents / 100,
        store=purchase.store,
        description=purchase.description,
    )


def _translate(error: grpc.RpcError) -> NoReturn:
    code = error.code()
    if code is grpc.StatusCode.FAILED_PRECONDITION:
        raise RefusedError(str(_trailing(error).get("refusal-code", ""))) from None
    if code is grpc.StatusCode.INVALID_ARGUMENT:
        raise (KeyReusedError if error.details() == _KEY_REUSED else MalformedError) from None
    raise BankAwayError from error


def _trailing(call: Any) -> dict[str, str | bytes]:
    return {pair[0]: pair[1] for pair in call.trailing_metadata() or ()}


@cache
def bank() -> Bank:
    """Return the bank that the settings name, one channel for the process."""
    return GrpcBank(settings.BANK_ADDRESS)
