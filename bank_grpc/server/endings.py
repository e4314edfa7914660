"""How a call ends otherwise than with its answer: the code, the text, the trailing metadata."""

from typing import Final

import grpc

from bank_grpc.domain.amounts import MalformedAmountError
from bank_grpc.domain.authorisation import Refusal, told
from bank_grpc.domain.limits import OverpaymentError, RefundExceedsChargeError
from bank_grpc.models import Card
from bank_grpc.services.authorise import DeadlinePassedError
from bank_grpc.services.cards import InvalidCardError
from bank_grpc.services.refunds import UnknownPaymentError
from bank_grpc.services.requests import RequestReusedError
from bank_grpc.services.verify import CardRefusedError
from messaging.group_commit import QueueFullError
from messaging.whole import TryAgainError

Metadata = tuple[tuple[str, str], ...]
Code = grpc.StatusCode
# To the letter: callers show these texts.
_REJECTED: Final = "transaction rejected by the bank"
_NO_SUCH_CARD: Final = "credit card does not exists"


class EndedError(Exception):
    """The call ends with `code` and `text`, which its caller reads; `metadata` goes beside them."""

    def __init__(self, code: Code, text: str, metadata: Metadata = ()) -> None:
        """Keep what the caller is told."""
        super().__init__(text)
        self.code = code
        self.text = text
        self.metadata = metadata


def malformed(problem: str) -> EndedError:
    """Return the end of a call whose field, named first in `problem`, no caller should send."""
    return EndedError(Code.INVALID_ARGUMENT, problem)


def refused(refusal: str, metadata: Metadata = ()) -> EndedError:
    """Return code 9 as the old wire tells it, with the reason beside it."""
    text = _NO_SUCH_CARD if refusal == Refusal.UNKNOWN_CARD else _REJECTED
    reason = ("refusal-code", str(told(refusal)))
    return EndedError(Code.FAILED_PRECONDITION, text, (*metadata, reason))


def ending_of(error: Exception) -> EndedError | None:
    """Return how a call ends that raised `error`, None for what nobody foresaw."""
    if isinstance(error, EndedError):
        return error
    if isinstance(error, CardRefusedError):
        return refused(error.refusal)
    if isinstance(error, MalformedAmountError):
        return malformed(f"amount_cents: {error}")
    if isinstance(error, InvalidCardError):
        return malformed(f"{error.param}: {error}")
    known = _ENDINGS.get(type(error))
    return known and EndedError(*known)


_ENDINGS: Final[dict[type[Exception], tuple[Code, str] | tuple[Code, str, Metadata]]] = {
    RequestReusedError: (Code.INVALID_ARGUMENT, "idempotency key reused"),
    TryAgainError: (Code.UNAVAILABLE, "the bank cannot tell now; try again"),
    QueueFullError: (Code.RESOURCE_EXHAUSTED, "too many calls wait; try again"),
    DeadlinePassedError: (Code.DEADLINE_EXCEEDED, "the deadline has passed; nothing was begun"),
    UnknownPaymentError: (Code.NOT_FOUND, "payment_id: no such payment"),
    Card.DoesNotExist: (Code.NOT_FOUND, "card_id: no such card"),
    RefundExceedsChargeError: (
        Code.FAILED_PRECONDITION,
        "refund_exceeds_charge",
        (("refusal-code", "refund_exceeds_charge"),),
    ),
    OverpaymentError: (
        Code.FAILED_PRECONDITION,
        "overpayment",
        (("refusal-code", "overpayment"),),
    ),
}
