"""Calls the bank: within a deadline, again only under the same key, past a circuit breaker."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import grpc
import stamina
from django.conf import settings
from structlog.contextvars import get_contextvars

from bank_grpc.client.calls import Card, Payment, Purchase, Refunded, Verified
from bank_grpc.client.channel import Breaker, channel_to
from bank_grpc.client.errors import BankError, BankUnavailable, PaymentRefused
from bank_grpc.client.outcomes import is_failure, may_pass, trailing, translated
from bank_grpc.protos import bank_pb2, bank_pb2_grpc, payment_pb2, payment_pb2_grpc
from messaging import trace

Metadata = tuple[tuple[str, str], ...]
Method = Callable[..., Any]
DEADLINE_SECONDS: Final = 6.0
_ATTEMPTS: Final = 20
_FIRST_WAIT_SECONDS: Final = 0.02
_LONGEST_WAIT_SECONDS: Final = 0.5
_JITTER_SECONDS: Final = 0.05
# Each try gets a part of the deadline at most, so that a lost answer leaves time for another.
_TRY_SECONDS: Final = 5.5


class BankClient:
    """The bank at an address; one for a process, shared by its threads.

    Every method takes `deadline` in seconds, for all tries together. What has a key is tried again
    while the bank is away, under that key; then BankUnavailable, the outcome not known. A refusal
    is PaymentRefused, and whatever else the bank says BankError, never a refusal.
    """

    def __init__(self, address: str = "", *, account_id: str = "", secret: str = "") -> None:
        """Call `address` (the settings' where none is given), as the account where there is one."""
        self._channel = channel_to(address or settings.BANK_ADDRESS)
        self._wire = payment_pb2_grpc.PaymentServiceStub(self._channel)
        self._bank = bank_pb2_grpc.BankServiceStub(self._channel)
        self._breaker = Breaker(is_failure)
        self._closed = threading.Event()
        self._identity: Metadata = ()
        if account_id:
            self._identity = (("account-id", account_id), ("account-secret", secret))

    def close(self) -> None:
        """Close the channel; calls in hand, and any later ones, end with BankUnavailable."""
        self._closed.set()
        self._channel.close()

    def pay(
        self,
        card: Card,
        *,
        amount_cents: int,
        store: str,
        description: str = "",
        key: str = "",
        deadline: float = DEADLINE_SECONDS,
    ) -> str:
        """Charge a card over the old wire; return the transaction's id. Raises the three errors."""
        request = payment_pb2.PaymentRequest(
            creditCard=payment_pb2.PaymentRequest.CreditCard(
                name=card.holder,
                number=card.number,
                expirationMonth=card.expiration_month,
                expirationYear=card.expiration_year,
                cvv=int(card.cvv),
            ),
            amount=amount_cents / 100,
            store=store,
            description=description,
        )
        named = (("idempotency-key", key),) if key else ()
        _, told = self._call(self._wire.Payment, request, deadline, named, has_key=bool(key))
        return told.get("transaction-id", "")

    def verify_card(
        self, card: Card, *, amount_cents: int, order_id: str, deadline: float = DEADLINE_SECONDS
    ) -> Verified:
        """Have a card checked for one order; tried again freely, for it charges nothing."""
        request = bank_pb2.VerifyCardRequest(
            card=_card(card), amount_cents=amount_cents, order_id=order_id
        )
        found, _ = self._call(self._bank.VerifyCard, request, deadline)
        return Verified(
            found.payment_token,
            found.card_fingerprint,
            found.brand,
            found.last4,
            datetime.fromisoformat(found.expires_at),
        )

    def authorise(self, purchase: Purchase, *, deadline: float = DEADLINE_SECONDS) -> Payment:
        """Charge a card or a token; raises PaymentRefused for what the bank rejects."""
        token = purchase.payment_token
        request = bank_pb2.AuthoriseRequest(
            **({"payment_token": token} if token else {"card": _card(purchase.card)}),
            request_id=purchase.request_id,
            order_id=purchase.order_id,
            amount_cents=purchase.amount_cents,
            description=purchase.description,
            instalments=purchase.instalments,
        )
        found, _ = self._call(self._bank.Authorise, request, deadline)
        if found.status != "approved":
            raise PaymentRefused(found.refusal_code, found.payment_id)
        return Payment(found.payment_id, found.refusal_code, found.balance_after_cents)

    def refund(
        self,
        payment_id: str,
        *,
        request_id: str,
        amount_cents: int,
        deadline: float = DEADLINE_SECONDS,
    ) -> Refunded:
        """Give back a part or all; `refund_exceeds_charge` is PaymentRefused."""
        request = bank_pb2.RefundRequest(
            payment_id=payment_id, request_id=request_id, amount_cents=amount_cents
        )
        found, _ = self._call(self._bank.Refund, request, deadline)
        return Refunded(found.refund_id, found.refunded_total_cents, found.balance_after_cents)

    def pay_invoice(
        self,
        card_id: str,
        *,
        month: str,
        request_id: str,
        amount_cents: int,
        deadline: float = DEADLINE_SECONDS,
    ) -> Payment:
        """Pay towards an invoice (`month` is YYYY-MM); `overpayment` is PaymentRefused."""
        request = bank_pb2.PayInvoiceRequest(
            card_id=card_id, month=month, request_id=request_id, amount_cents=amount_cents
        )
        found, _ = self._call(self._bank.PayInvoice, request, deadline)
        return Payment(found.payment_id, "", found.balance_after_cents)

    def _call(
        self,
        method: Method,
        request: Any,
        seconds: float,
        metadata: Metadata = (),
        *,
        has_key: bool = True,
    ) -> tuple[Any, dict[str, str]]:
        """Return the answer and its trailing metadata; raises the three errors."""
        until = time.monotonic() + seconds
        told = (*metadata, *self._identity, *_whereabouts())
        try:
            if not has_key:
                return self._once(method, request, until, told)
            for attempt in _tries(seconds, self._may_pass):
                with attempt:
                    return self._once(method, request, until, told)
        except grpc.RpcError as error:
            raise translated(error) from error
        except ValueError as error:
            # gRPC's word for a call on a channel that is closed.
            if not self._closed.is_set():
                raise
            raise BankUnavailable("this client was closed") from error
        raise BankUnavailable("no try was left")

    def _once(
        self, method: Method, request: Any, until: float, metadata: Metadata
    ) -> tuple[Any, dict[str, str]]:
        left = until - time.monotonic()
        if left <= 0:
            raise BankUnavailable("the deadline has passed")
        with self._breaker.around():
            answer, call = method.with_call(  # type: ignore[attr-defined]  # gRPC's callable
                request, timeout=min(left, _TRY_SECONDS), metadata=metadata
            )
        return answer, trailing(call)

    def _may_pass(self, error: Exception) -> bool:
        return may_pass(error) and not self._closed.is_set()


def _whereabouts() -> Metadata:
    """Return what joins the bank's log to the caller's: the trace, and the request's id."""
    traced = ("traceparent", trace.continue_from(trace.current()))
    request_id = get_contextvars().get("request_id")
    return (traced, ("x-request-id", request_id)) if request_id else (traced,)


def _tries(seconds: float, on: Callable[[Exception], bool]) -> Any:
    return stamina.retry_context(
        on=on,
        attempts=_ATTEMPTS,
        timeout=seconds,
        wait_initial=_FIRST_WAIT_SECONDS,
        wait_max=_LONGEST_WAIT_SECONDS,
        wait_jitter=_JITTER_SECONDS,
    )


def _card(card: Card | None) -> Any:
    if card is None:
        raise BankError("INVALID_ARGUMENT", "card: neither a card nor a token was given")
    return bank_pb2.Card(
        number=card.number,
        holder=card.holder,
        expiration_month=card.expiration_month,
        expiration_year=card.expiration_year,
        cvv=card.cvv,
    )
