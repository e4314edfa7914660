"""What OpenAPI says of every operation alike: its errors, its headers, its way through pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

_CODES: Final = {
    400: "malformed_json, bad_request",
    401: "authentication_failed",
    404: "not_found: also for what belongs to another account",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "missing_field, unknown_field, wrong_type, invalid_value",
    429: "rate_limited, account_locked; wait as Retry-After says",
    503: "unavailable: nothing is known of the outcome; repeat the same request",
}
OF_A_BODY: Final = (400, 413, 415, 422)
"""The errors that an operation has because it reads a body."""


class AnyProblemSerializer(serializers.Serializer[Any]):
    """An error; switch on `code`, show `title` and `detail`, quote `request_id` to us."""

    type = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    request_id = serializers.CharField()
    param = serializers.CharField(required=False, help_text=_("The field to blame."))


@dataclass(frozen=True)
class OpenApiAnswers:
    """An app's way to list an operation's answers; called with those that it has itself.

    `problem` is the shape of its errors, `always` the statuses that each of its operations may
    answer with, `codes` what stands behind a status where the house's own list says otherwise.
    """

    problem: type[serializers.Serializer[Any]]
    always: tuple[int, ...]
    codes: Mapping[int, str] = field(default_factory=dict)

    def __call__(self, success: Mapping[Any, Any], *errors: int, **texts: str) -> dict[Any, Any]:
        """Return `success`, `always` and `errors`; `of_422="…"` says what this 422 stands for."""
        found = dict(success)
        for status in sorted({*self.always, *errors}):
            found[status, "application/problem+json"] = OpenApiResponse(
                self.problem, description=texts.get(f"of_{status}", self.code_of(status))
            )
        return found

    def code_of(self, status: int) -> str:
        """Return the codes that stand behind the status; raises KeyError where none was given."""
        return {**_CODES, **self.codes}[status]


def query(name: str, kind: Any, text: str | Promise, **more: Any) -> OpenApiParameter:
    """Return a parameter of the address that may be left out."""
    return OpenApiParameter(
        name, kind, OpenApiParameter.QUERY, required=False, description=str(text), **more
    )


def paging(text: str | Promise) -> tuple[OpenApiParameter, OpenApiParameter]:
    """Return the two parameters of a list in pages; `text` says of what a page has how many."""
    limit = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    return CURSOR, query("limit", limit, text)


def key_header(text: str | Promise) -> OpenApiParameter:
    """Return the header that makes repeating safe; `text` says what the same key does."""
    return OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        OpenApiParameter.HEADER,
        required=False,
        description=str(text),
    )


def location(text: str | Promise) -> OpenApiParameter:
    """Return the header of a 202 that says where to look what became of it."""
    return OpenApiParameter(
        "Location", str, OpenApiParameter.HEADER, response=[202], description=str(text)
    )


CURSOR: Final = query("cursor", str, _("The next_cursor of the page before."))
REPLAYED: Final = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[202],
    required=False,
    description=str(_("Says that this answer was given before.")),
)
CARD: Final = {
    "number": "4111111111111111",
    "holder": "MARIA DA SILVA",
    "expiration_month": 12,
    "expiration_year": 2030,
    "cvv": "123",
}
"""The card of the examples: a test number, which no bank ever gave out."""
