"""What OpenAPI says of each operation: parameters, bodies, answers, errors, examples."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from transactions.api import schemas

_TAG: Final = "transactions"
_HEADERS: Final = (
    OpenApiParameter(
        "X-Request-Id",
        str,
        OpenApiParameter.HEADER,
        response=True,
        description=str(_("The request's id: the one that was sent, or a new one.")),
    ),
)
_TITLES: Final = {
    400: "malformed_json, bad_request",
    401: "authentication_failed",
    404: "not_found: also for what belongs to another account",
    406: "not_acceptable",
    409: "idempotency_key_in_use",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "missing_field, unknown_field, wrong_type, invalid_value",
    429: "rate_limited, account_locked; wait as Retry-After says",
    503: "unavailable: nothing is known of the outcome; repeat the same request",
}


def answers(success: dict[Any, Any], *errors: int, **texts: str) -> dict[Any, Any]:
    """Return the answers of an operation: its own, those that every one has, and `errors`."""
    found = dict(success)
    for status in sorted({401, 406, 422, 429, 503, *errors}):
        description = texts.get(f"of_{status}", _TITLES[status])
        found[status, "application/problem+json"] = OpenApiResponse(
            schemas.ProblemSerializer, description=description
        )
    return found


def _query(name: str, kind: Any, text: Any, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(
        name, kind, OpenApiParameter.QUERY, required=False, description=str(text), **more
    )


_AMOUNT: Final[dict[str, Any]] = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"}
_FILTERS: Final = (
    _query("status", str, _("Only this status."), enum=["pending", "approved", "rejected"]),
    _query("created_from", OpenApiTypes.DATETIME, _("Accepted at this time or later.")),
    _query("created_to", OpenApiTypes.DATETIME, _("Accepted at this time or earlier.")),
    _query("amount_min", _AMOUNT, _("At least this amount, such as 10.50.")),
    _query("amount_max", _AMOUNT, _("At most this amount.")),
    _query(
        "card_last4",
        {"type": "string", "pattern": "^[0-9]{4}$"},
        _("The card number's last four digits."),
    ),
)
_PAGING: Final = (
    _query("cursor", str, _("The next_cursor of the page before.")),
    _query(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
        _("How many transactions a page may have."),
    ),
)
_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    required=False,
    description=str(
        _(
            "Makes repeating safe: the same key with the same request gives the first answer again."
            " Kept for 24 hours at least. Without a key an unknown outcome (503) stays unknown, and"
            " repeating the request may accept it twice."
        )
    ),
)
_LOCATION: Final = OpenApiParameter(
    "Location",
    str,
    OpenApiParameter.HEADER,
    response=[202],
    description=str(_("The transaction's address.")),
)
_REPLAYED: Final = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[202],
    required=False,
    description=str(_("Says that this answer was given before.")),
)
_EXPORT_ID: Final = OpenApiParameter(
    "Export-Id",
    {"type": "string", "format": "uuid"},
    OpenApiParameter.HEADER,
    response=[200],
    description=str(_("Gives the receipt under /exports/{id}, and the same bytes again.")),
)
_SENT: Final = {
    "amount": "10.50",
    "currency": "BRL",
    "card": {
        "number": "4111111111111111",
        "holder": "MARIA DA SILVA",
        "expiration_month": 12,
        "expiration_year": 2030,
        "cvv": "123",
    },
    "description": "Order 1001",
    "metadata": {"order": "1001"},
}

ACCEPT: Final = extend_schema(
    operation_id="accept_transaction",
    tags=[_TAG],
    parameters=[_KEY, _LOCATION, _REPLAYED, *_HEADERS],
    request=schemas.NewTransactionSerializer,
    responses=answers(
        {202: schemas.TransactionSerializer},
        400,
        409,
        413,
        415,
        of_422=f"{_TITLES[422]}; idempotency_key_reused with the `fields` that differ",
    ),
    examples=[OpenApiExample("A payment of 10.50", value=_SENT, request_only=True)],
)
LIST: Final = extend_schema(
    operation_id="list_transactions",
    tags=[_TAG],
    parameters=[*_FILTERS, *_PAGING, *_HEADERS],
    responses=answers({200: schemas.TransactionListSerializer}),
)
GET: Final = extend_schema(
    operation_id="get_transaction",
    tags=[_TAG],
    parameters=[*_HEADERS],
    responses=answers({200: schemas.TransactionSerializer}, 404),
)
TIMELINE: Final = extend_schema(
    operation_id="get_timeline",
    tags=[_TAG],
    parameters=[*_HEADERS],
    responses=answers({200: schemas.TimelineSerializer}, 404),
)
SUMMARY: Final = extend_schema(
    operation_id="get_summary",
    tags=[_TAG],
    parameters=[*_HEADERS],
    responses=answers({200: schemas.SummarySerializer}),
)
EXPORT: Final = extend_schema(
    operation_id="export_transactions",
    tags=["exports"],
    parameters=[
        *_FILTERS,
        _query("export_id", str, _("An earlier export, to get the same bytes again.")),
        _EXPORT_ID,
        *_HEADERS,
    ],
    responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 404),
)
RECEIPT: Final = extend_schema(
    operation_id="get_export",
    tags=["exports"],
    parameters=[*_HEADERS],
    responses=answers(
        {200: schemas.ReceiptSerializer},
        404,
        409,
        of_409="export_incomplete: its last byte was not sent yet",
    ),
)
