"""What a gRPC code says of a call: decided, may pass, or wrong as it was made."""

from typing import Any, Final

import grpc

from bank_grpc.client.errors import BankError, BankUnavailable, PaymentRefused

_Code: Final = grpc.StatusCode
_BUSY: Final = {_Code.RESOURCE_EXHAUSTED}
# No bank was reached, or its answer was lost. The last two are never the bank's own words: gRPC
# makes them where a connection or a server ends in the middle of a call. What a stopping server
# has not taken up yet ends with CANCELLED, although nobody has called it off.
_LOST: Final = {
    _Code.UNAVAILABLE,
    _Code.DEADLINE_EXCEEDED,
    _Code.CANCELLED,
    _Code.UNKNOWN,
}


def may_pass(error: BaseException) -> bool:
    """Tell whether the outcome is not known or nothing was done: the same call again may tell."""
    return isinstance(error, BankUnavailable) or _code(error) in _LOST | _BUSY


def is_failure(error: BaseException) -> bool:
    """Tell whether no bank has answered; one that is full is there, and so is one that refuses."""
    return _code(error) in _LOST


def translated(error: Any) -> Exception:
    """Return what callers know `error` as: one of the client's three errors."""
    if may_pass(error):
        return BankUnavailable(_name(error))
    if _code(error) is _Code.FAILED_PRECONDITION:
        told = trailing(error)
        return PaymentRefused(told.get("refusal-code", ""), told.get("transaction-id", ""))
    return BankError(_name(error), error.details() or "")


def trailing(call: Any) -> dict[str, str]:
    """Return the trailing metadata of a call that has ended."""
    return {pair[0]: str(pair[1]) for pair in call.trailing_metadata() or ()}


def _code(error: BaseException) -> grpc.StatusCode | None:
    code: grpc.StatusCode | None = error.code() if isinstance(error, grpc.Call) else None
    return code


def _name(error: BaseException) -> str:
    code = _code(error)
    return code.name if code is not None else _Code.UNKNOWN.name
