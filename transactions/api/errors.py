"""The error table of the API: what the services raise, and what is answered to it."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ParseError

from messaging.group_commit import QueueFullError
from rest import Answers, Problem
from transactions.domain.documents import DuplicateKeyError, MalformedDocumentError
from transactions.domain.request_shape import ShapeError
from transactions.services.accept import (
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    UnknownOutcomeError,
)
from transactions.services.export import ExportIncompleteError, UnknownExportError
from transactions.services.webhooks.subscriptions import (
    InvalidEventsError,
    InvalidUrlError,
    UnknownWebhookError,
)

_RETRY_SECONDS: Final = 1


# Why a value is not taken, by the domain's reasons.
REASONS: Final[Mapping[str, str | Promise]] = {
    "missing": _("This field is required."),
    "unknown": _("No such field exists here. Correct its name or leave it out."),
    "twice": _("This field is given twice. Give it once."),
    "object": _("Send an object here."),
    "string": _("Send a string here."),
    "integer": _("Send an integer here, without quotes, point or exponent."),
    "amount": _(
        "Send up to twelve digits and at most two decimals, such as 10.50: no sign, no exponent."
    ),
    "currency": _("BRL is the only currency."),
    "card_number": _("Send 12 to 19 digits, without blanks."),
    "holder": _("Send 2 to 100 printable characters: no control characters, no emoji."),
    "month": _("Send the month as one or two digits."),
    "year": _("Send the year as four digits."),
    "cvv": _("Send 3 digits; 4 for American Express."),
    "description": _("Send at most 255 printable characters."),
    "metadata": _(
        "Send at most 20 keys of 1 to 40 printable characters, each with up to 500 of them."
    ),
    "card_number_in_text": _("The card's number stands in this text. Leave it out."),
    "once": _("Send this parameter once, with at most 512 characters."),
    "status": _("Send pending, approved or rejected."),
    "moment": _("Send a time with its zone, such as 2026-01-31T12:00:00Z."),
    "last4": _("Send the last four digits."),
    "cursor": _("Send a next_cursor of this list, unchanged."),
    "limit": _("Send a number from 1 to 200."),
    "export_filter": _("An earlier export has its own filter. Leave this parameter out."),
    "idempotency_key": _("Send 1 to 255 printable ASCII characters."),
    "array": _("Send an array here."),
    "boolean": _("Send true or false here."),
    "webhook_url": _(
        "Send a public http or https address of printable ASCII characters, without user name"
        " and fragment."
    ),
    "webhook_events": _("Send some of transaction.approved and transaction.rejected, each once."),
}


def shape_problem(error: ShapeError) -> Problem:
    """Return the 422 for a field that is not what it should be."""
    return Problem(422, error.code, detail=REASONS[error.reason], param=error.param)


def _twice(error: DuplicateKeyError) -> Problem:
    shown = "".join(c if c.isprintable() and not c.isdigit() else "?" for c in error.key[:64])
    return Problem(422, "invalid_value", detail=REASONS["twice"], param=shown)


def _reused(error: IdempotencyKeyReusedError) -> Problem:
    return Problem(
        422, "idempotency_key_reused", param="Idempotency-Key", extra={"fields": error.fields}
    )


def _invalid(param: str, reason: str) -> Problem:
    return Problem(422, "invalid_value", detail=REASONS[reason], param=param)


ANSWERS: Final[Answers] = {
    ShapeError: shape_problem,
    DuplicateKeyError: _twice,
    MalformedDocumentError: lambda _error: ParseError(),
    IdempotencyKeyReusedError: _reused,
    IdempotencyKeyInUseError: lambda _error: Problem(
        409, "idempotency_key_in_use", param="Idempotency-Key", retry_after=_RETRY_SECONDS
    ),
    UnknownOutcomeError: lambda _error: Problem(503, "unavailable", retry_after=_RETRY_SECONDS),
    QueueFullError: lambda _error: Problem(503, "unavailable", retry_after=_RETRY_SECONDS),
    ExportIncompleteError: lambda _error: Problem(
        409, "export_incomplete", retry_after=_RETRY_SECONDS
    ),
    UnknownExportError: lambda _error: NotFound(),
    UnknownWebhookError: lambda _error: NotFound(),
    InvalidUrlError: lambda _error: _invalid("url", "webhook_url"),
    InvalidEventsError: lambda _error: _invalid("events", "webhook_events"),
}
