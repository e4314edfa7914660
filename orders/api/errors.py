"""The error table of the shop's REST: what the services raise, and what is answered to it."""

import math
from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.throttling import LockedError
from messaging.whole import TryAgainError
from orders.adapters.bank import BankAwayError
from orders.models import Order
from orders.services.cancel import TooLateError
from orders.services.claims import KeyReusedError
from orders.services.coupons import CouponInvalidError
from orders.services.persons import InvalidPersonError
from orders.services.place import CardRefusedError
from rest import Answers, Problem

_RETRY_SECONDS: Final = 1

REASONS: Final[Mapping[str, str | Promise]] = {
    "name": _("Send 2 to 100 printable characters."),
    "phone": _("Send a phone number that can be dialled, such as +5511987654321."),
    "email": _("Send an e-mail address, such as ana@example.com."),
    "document": _("Send a CPF: eleven digits whose check digits fit."),
    "address": _("Send 5 to 300 printable characters."),
    "region": _("Send a state of Brazil, such as SP."),
    "number": _("The card's number stands in this text. Leave it out."),
    "card_number": _("Send 12 to 19 digits, without blanks."),
    "month": _("Send a month from 1 to 12."),
    "year": _("Send the year as four digits."),
    "cvv": _("Send 3 or 4 digits."),
    "empty": _("Send at least one line."),
    "too_many": _("Send at most 50 lines."),
    "total": _("So much cannot be charged at once. Send less."),
    "unknown": _("No such article is sold here."),
    "quantity": _("Send a whole number from 1 to 999."),
    "twice": _("An earlier line has this article. Give each article once."),
    "limit": _("Send a number from 1 to 200."),
    "cursor": _("Send a next_cursor of this list, unchanged."),
}


def invalid(param: str, reason: str) -> Problem:
    """Return the 422 for a field, header or parameter that is not what it should be."""
    return Problem(422, "invalid_value", detail=REASONS[reason], param=param)


def _person(error: InvalidPersonError) -> Problem:
    name, reason = next(iter(error.faults.items()))
    return invalid(f"customer.{name}", reason if reason in {"number"} else name)


def _away(_error: BankAwayError) -> Problem:
    detail = _("The bank did not answer, and nothing was ordered. Repeat the same request.")
    return Problem(503, "bank_unavailable", detail=detail, retry_after=_RETRY_SECONDS)


def _key_reused(error: KeyReusedError) -> Problem:
    extra = {"fields": error.fields}
    return Problem(422, "idempotency_key_reused", param="Idempotency-Key", extra=extra)


def _card(error: CardRefusedError) -> Problem:
    return Problem(422, "card_refused", param="card", extra={"reason": error.reason})


def _locked(error: LockedError) -> Problem:
    seconds = (error.until - timezone.now()).total_seconds()
    detail = _("The bank refused cards too often. Wait as Retry-After says.")
    retry_after = max(1, math.ceil(seconds))
    return Problem(429, "rate_limited", detail=detail, retry_after=retry_after)


def _coupon(error: CouponInvalidError) -> Problem:
    return Problem(422, "coupon_invalid", param="coupon", extra={"reason": error.flaw.value})


ANSWERS: Final[Answers] = {
    InvalidPersonError: _person,
    BankAwayError: _away,
    KeyReusedError: _key_reused,
    CardRefusedError: _card,
    CouponInvalidError: _coupon,
    LockedError: _locked,
    TooLateError: lambda _error: Problem(409, "too_late_to_cancel"),
    TryAgainError: lambda _error: Problem(503, "unavailable", retry_after=_RETRY_SECONDS),
    Order.DoesNotExist: lambda _error: NotFound(),
}
