"""The table of error codes that the REST API answers, each with a title and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Fault:
    """An error to answer; an empty `detail` stands for the code's own words."""

    status: int
    code: str
    detail: Text = ""
    param: str = ""
    retry_after: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the contract: the status that it comes with, its title, what to do about it."""

    status: int
    title: Text
    advice: Text


CODES: Final[Mapping[str, Code]] = {
    "bad_request": Code(
        400, _("Bad request"), _("The request line or a header cannot be read. Correct it.")
    ),
    "malformed_json": Code(
        400, _("Malformed JSON"), _("Send one JSON document in UTF-8 as the body.")
    ),
    "authentication_failed": Code(
        401,
        _("Authentication failed"),
        _("Send the account's id and secret by HTTP Basic or X-Account-Id and X-Account-Secret."),
    ),
    "payment_refused": Code(
        402,
        _("Payment refused"),
        _("The bank does not pay this; `reason` says why. A new try needs a new key."),
    ),
    "forbidden": Code(403, _("Forbidden"), _("This account may not do that.")),
    "not_found": Code(404, _("Not found"), _("Nothing with this address belongs to the account.")),
    "method_not_allowed": Code(
        405, _("Method not allowed"), _("Use one of the methods in the Allow header.")
    ),
    "not_acceptable": Code(
        406, _("Not acceptable"), _("Leave the Accept header out, or accept what is offered.")
    ),
    "idempotency_key_in_use": Code(
        409,
        _("Idempotency key in use"),
        _("A request with this key is still under way. Repeat the request in a moment."),
    ),
    "export_incomplete": Code(
        409,
        _("Export incomplete"),
        _("The export has no receipt before its last byte was sent. Try again later."),
    ),
    "limit_below_used": Code(
        409,
        _("Limit below what is used"),
        _("So much is used already. Send a limit that covers it."),
    ),
    "overpayment": Code(
        409,
        _("More than is owed"),
        _("The card owes less than that. Send at most what is owed."),
    ),
    "too_late_to_cancel": Code(
        409,
        _("Too late to cancel"),
        _("The goods are picked already, or the order has ended. Read the order again."),
    ),
    "body_too_large": Code(
        413, _("Body too large"), _("A body may have 64 KiB at most. Send less.")
    ),
    "unsupported_media_type": Code(
        415, _("Unsupported media type"), _("Send the body as application/json in UTF-8.")
    ),
    "missing_field": Code(422, _("Missing field"), _("This field is required.")),
    "unknown_field": Code(
        422, _("Unknown field"), _("No such field exists here. Correct its name or leave it out.")
    ),
    "wrong_type": Code(
        422, _("Wrong type"), _("The field's value has another type than the one it needs.")
    ),
    "invalid_value": Code(422, _("Invalid value"), _("The field's value is not one it can take.")),
    "card_refused": Code(
        422,
        _("Card refused"),
        _("The bank does not take the card as it was sent; `reason` says why. Correct it."),
    ),
    "coupon_invalid": Code(
        422,
        _("Coupon invalid"),
        _("The coupon takes nothing off this order. Leave it out, or send another."),
    ),
    "idempotency_key_reused": Code(
        422,
        _("Idempotency key reused"),
        _("This key stands for another request. Use a new key for a new request."),
    ),
    "account_locked": Code(
        429, _("Account locked"), _("Too many wrong secrets came. Wait as Retry-After says.")
    ),
    "rate_limited": Code(
        429, _("Rate limited"), _("Too many requests came. Wait as Retry-After says.")
    ),
    "internal_error": Code(
        500,
        _("Internal error"),
        _("The fault is ours. Repeat the request; if it stays, tell us the request id."),
    ),
    "bank_unavailable": Code(
        503,
        _("Bank unavailable"),
        _("The bank did not answer. Repeat the same request with the same key: it pays once."),
    ),
    "unavailable": Code(
        503,
        _("Unavailable"),
        _("Nothing is known of the outcome. Repeat the same request with the same key."),
    ),
}


def title_of(fault: Fault) -> Text:
    """Return the title of the fault's code, or of its status for a code of another part."""
    known = CODES.get(fault.code)
    return known.title if known else HTTPStatus(fault.status).phrase


def detail_of(fault: Fault) -> Text:
    """Return what happened and what to do, in the fault's own words or in the code's."""
    known = CODES.get(fault.code)
    return fault.detail or (known.advice if known else title_of(fault))
