"""The old wire: one call that charges a card, with codes that callers have always read."""

from typing import Final, NoReturn

import grpc
from django.utils import timezone
from google.protobuf.empty_pb2 import Empty
from uuid_utils.compat import uuid7

from bank_grpc.adapters.vault import vault
from bank_grpc.domain.amounts import MalformedAmountError, cents_of_double
from bank_grpc.domain.authorisation import Refusal, TypedCard
from bank_grpc.domain.charging import Charge
from bank_grpc.protos import payment_pb2, payment_pb2_grpc
from bank_grpc.services.authorise import Answer, authorise
from bank_grpc.services.requests import RequestReusedError, digest_of
from bank_grpc.services.units import TryAgainError

Context = grpc.ServicerContext
_KEY: Final = "idempotency-key"
_LONGEST_KEY: Final = 255
_LONGEST_STORE: Final = 120
_LONGEST_DESCRIPTION: Final = 255
_NUMBER_DIGITS: Final = range(12, 20)
# To the letter: callers show these texts.
_REJECTED: Final = "transaction rejected by the bank"
_NO_SUCH_CARD: Final = "credit card does not exists"


class PaymentService(payment_pb2_grpc.PaymentServiceServicer):
    """`payment.PaymentService`, CONTRACTS section 3: approved is OK, refused is code 9."""

    def Payment(self, request: payment_pb2.PaymentRequest, context: Context) -> Empty:  # noqa: N802 - the wire's name
        """Charge the card; trailing metadata names the transaction, and on code 9 the reason."""
        charge = _charge(request, context)
        try:
            answer = authorise(charge, now=timezone.now())
        except RequestReusedError:
            _malformed(context, "idempotency key reused")
        except TryAgainError:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the bank cannot tell now; try again")
        _tell(answer, context)
        return Empty()


def _charge(request: payment_pb2.PaymentRequest, context: Context) -> Charge:
    """Return what is asked for; ends the call with INVALID_ARGUMENT where that is malformed."""
    if not request.HasField("creditCard"):
        _malformed(context, "creditCard is missing")
    try:
        amount_cents = cents_of_double(request.amount)
    except MalformedAmountError as error:
        _malformed(context, f"amount: {error}")
    store = _text(context, "store", request.store, _LONGEST_STORE, is_required=True)
    description = _text(context, "description", request.description, _LONGEST_DESCRIPTION)
    identity = str(uuid7())
    fingerprint = vault().fingerprint(_number(context, request.creditCard.number))
    return Charge(
        id=identity,
        scope=f"store:{store}",
        request_key=_key(context) or identity,
        digest=digest_of(fingerprint, amount_cents, store, description),
        amount_cents=amount_cents,
        store=store,
        description=description,
        card=_typed(request.creditCard),
        fingerprint=fingerprint,
    )


def _typed(card: payment_pb2.PaymentRequest.CreditCard) -> TypedCard:
    return TypedCard(card.number, card.expirationMonth, card.expirationYear, card.cvv)


def _number(context: Context, number: str) -> str:
    if not (number.isascii() and number.isdigit() and len(number) in _NUMBER_DIGITS):
        _malformed(context, "creditCard.number: want 12 to 19 digits")
    return number


def _text(
    context: Context, name: str, text: str, longest: int, *, is_required: bool = False
) -> str:
    if len(text) > longest or not text.isprintable():
        _malformed(context, f"{name}: want at most {longest} printable characters")
    if is_required and not text.strip():
        _malformed(context, f"{name} is missing")
    return text


def _key(context: Context) -> str:
    given = dict(context.invocation_metadata()).get(_KEY)
    if given is None:
        return ""
    key = given.decode("latin-1") if isinstance(given, bytes) else given
    if not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        _malformed(context, "idempotency-key: want 1 to 255 printable ASCII characters")
    return key


def _tell(answer: Answer, context: Context) -> None:
    """End the call with code 9 where the payment was refused."""
    named = ("transaction-id", answer.payment_id)
    if answer.is_approved:
        context.set_trailing_metadata((named,))
        return
    context.set_trailing_metadata((named, ("refusal-code", answer.refusal_code)))
    is_unknown = answer.refusal_code == Refusal.UNKNOWN_CARD
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, _NO_SUCH_CARD if is_unknown else _REJECTED)


def _malformed(context: Context, problem: str) -> NoReturn:
    context.abort(grpc.StatusCode.INVALID_ARGUMENT, problem)
    raise AssertionError("abort has raised")  # pragma: no cover - says so to the type checker
