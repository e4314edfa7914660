"""The error table of the bank's REST: what the services raise, and what is answered to it."""

import math
from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.throttling import LockedError
from bank_grpc.adapters.bank import BankAwayError, KeyReusedError, MalformedError
from bank_grpc.domain.amounts import MalformedAmountError
from bank_grpc.domain.limits import LimitBelowUsedError, OverpaymentError
from bank_grpc.models import Card
from bank_grpc.services.cards import InvalidCardError
from bank_grpc.services.control import NotYoursError
from bank_grpc.services.requests import RequestReusedError
from messaging.whole import TryAgainError
from rest import Answers, Problem

_RETRY_SECONDS: Final = 1
_KEY: Final = "Idempotency-Key"

REASONS: Final[Mapping[str, str | Promise]] = {
    "amount": _("Send an amount from 0.01 with at most two decimals, such as 10.50."),
    "limit": _("Send an amount from 0.00 to 10,000,000,000.00, such as 1000.00."),
    "closing_day": _("Send a day from 1 to 28."),
    "holder": _("Send 2 to 100 printable characters."),
    "number": _("Send 12 to 19 digits, without blanks."),
    "month": _("Send a month from 1 to 12."),
    "year": _("Send the year as four digits."),
    "cvv": _("Send 3 or 4 digits."),
    "description": _("Send at most 255 printable characters."),
    "card_number_in_text": _("The card's number stands in this text. Leave it out."),
    "moment": _("Send a day such as 2026-01-31, or a time with its zone."),
    "too_many_lines": _("A PDF does not hold so many lines. Narrow the time, or send csv."),
    "file": _("This list is json or csv; a month's invoice is ofx and pdf too."),
    "query": _("Send a value that this parameter can take."),
}


def invalid(param: str, reason: str) -> Problem:
    """Return the 422 for a field, header or parameter that is not what it should be."""
    return Problem(422, "invalid_value", detail=REASONS[reason], param=param)


def _unavailable(_error: Exception) -> Problem:
    return Problem(503, "bank_unavailable", retry_after=_RETRY_SECONDS)


def _locked(error: LockedError) -> Problem:
    seconds = (error.until - timezone.now()).total_seconds()
    return Problem(
        429,
        "rate_limited",
        detail=_("The bank refused this card too often. Wait as Retry-After says."),
        retry_after=max(1, math.ceil(seconds)),
    )


def _key_reused(_error: Exception) -> Problem:
    return Problem(422, "idempotency_key_reused", param=_KEY)


ANSWERS: Final[Answers] = {
    BankAwayError: _unavailable,
    TryAgainError: _unavailable,
    MalformedError: lambda _error: Problem(422, "invalid_value"),
    KeyReusedError: _key_reused,
    RequestReusedError: _key_reused,
    LockedError: _locked,
    Card.DoesNotExist: lambda _error: NotFound(),
    NotYoursError: lambda _error: Problem(403, "forbidden", detail=_("Staff alone may do that.")),
    LimitBelowUsedError: lambda _error: Problem(409, "limit_below_used", param="limit"),
    OverpaymentError: lambda _error: Problem(409, "overpayment", param="amount"),
    MalformedAmountError: lambda _error: invalid("amount", "amount"),
    InvalidCardError: lambda error: invalid(error.param, error.param),
}
