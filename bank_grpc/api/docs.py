"""What OpenAPI says of the bank's operations: bodies, answers, errors, examples."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from bank_grpc.api import schemas

_TITLES: Final = {
    400: "malformed_json, bad_request",
    401: "authentication_failed",
    402: "payment_refused, with the bank's `reason`",
    403: "forbidden: staff alone, or no CSRF token",
    404: "not_found: also for another's card",
    406: "not_acceptable",
    409: "limit_below_used, overpayment",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "missing_field, unknown_field, wrong_type, invalid_value",
    429: "rate_limited, account_locked; wait as Retry-After says",
    503: "bank_unavailable: the outcome is not known; repeat the same request with the same key",
}
_BODY: Final = (400, 413, 415, 422)
KEY: Final[dict[str, Any]] = {"type": "string", "minLength": 1, "maxLength": 255}


def answers(success: dict[Any, Any], *errors: int, **texts: str) -> dict[Any, Any]:
    """Return the answers of an operation: its own, those that every one has, and `errors`."""
    found = dict(success)
    for status in sorted({401, 406, *errors}):
        description = texts.get(f"of_{status}", _TITLES[status])
        found[status, "application/problem+json"] = OpenApiResponse(
            schemas.BankProblemSerializer, description=description
        )
    return found


def key_header(*, is_required: bool) -> OpenApiParameter:
    """Return the header by which repeating is safe."""
    return OpenApiParameter(
        "Idempotency-Key",
        KEY,
        OpenApiParameter.HEADER,
        required=is_required,
        description=str(_("The same key with the same request pays once, and gives one answer.")),
    )


_CARD: Final = answers({200: schemas.CardStateSerializer}, 403, 404)

LIST_CARDS: Final = extend_schema(
    operation_id="list_cards",
    tags=["cards"],
    parameters=[OpenApiParameter("cursor", str, description=str(_("The next_cursor before.")))],
    responses=answers({200: schemas.CardListSerializer}),
)
ISSUE_CARD: Final = extend_schema(
    operation_id="issue_card",
    tags=["cards"],
    request=schemas.NewBankCardSerializer,
    responses=answers({201: schemas.IssuedCardSerializer}, 403, *_BODY),
    examples=[
        OpenApiExample(
            "A card", value={"holder": "Ana Souza", "limit": "1000.00"}, request_only=True
        )
    ],
)
BLOCK_CARD: Final = extend_schema(
    operation_id="block_card", tags=["cards"], request=None, responses=_CARD
)
UNBLOCK_CARD: Final = extend_schema(
    operation_id="unblock_card", tags=["cards"], request=None, responses=_CARD
)
REPLACE_CARD: Final = extend_schema(
    operation_id="replace_card",
    tags=["cards"],
    request=None,
    responses=answers({201: schemas.IssuedCardSerializer}, 403, 404),
)
CHANGE_LIMIT: Final = extend_schema(
    operation_id="change_limit",
    tags=["cards"],
    request=schemas.NewLimitSerializer,
    responses=answers({200: schemas.CardStateSerializer}, 403, 404, 409, *_BODY),
)
CHANGE_CLOSING_DAY: Final = extend_schema(
    operation_id="change_closing_day",
    tags=["cards"],
    request=schemas.NewClosingDaySerializer,
    responses=answers({200: schemas.ClosingDaySerializer}, 403, 404, *_BODY),
)
CHECKOUT: Final = extend_schema(
    operation_id="checkout",
    tags=["checkout"],
    parameters=[key_header(is_required=False)],
    request=schemas.NewCheckoutSerializer,
    responses=answers({201: schemas.CheckoutSerializer}, 402, 429, 503, *_BODY),
)
_FILES: Final[dict[Any, Any]] = {
    (200, kind): OpenApiTypes.BINARY
    for kind in ("text/csv", "application/x-ofx", "application/pdf")
}
_FORMAT: Final = OpenApiParameter(
    "format",
    str,
    enum=["json", "csv", "ofx", "pdf"],
    description=str(_("Another format than JSON: the same lines as a file.")),
)
STATEMENT: Final = extend_schema(
    operation_id="get_statement",
    tags=["cards"],
    parameters=[
        OpenApiParameter("from", str, description=str(_("Posted on this day, or later."))),
        OpenApiParameter("to", str, description=str(_("Posted on this day, or earlier."))),
        OpenApiParameter("store", str, description=str(_("Of this shop, by its whole name."))),
        OpenApiParameter("cursor", str, description=str(_("The next_cursor before."))),
        _FORMAT,
    ],
    responses=answers({200: schemas.StatementSerializer, **_FILES}, 404, 422),
)
INVOICES: Final = extend_schema(
    operation_id="list_invoices",
    tags=["cards"],
    parameters=[
        OpenApiParameter("cursor", str, description=str(_("The next_cursor before."))),
        OpenApiParameter(
            "format",
            str,
            enum=["json", "csv"],
            description=str(_("The whole list as a file, without the lines.")),
        ),
    ],
    responses=answers(
        {200: schemas.InvoiceListSerializer, (200, "text/csv"): OpenApiTypes.BINARY}, 404, 422
    ),
)
INVOICE: Final = extend_schema(
    operation_id="get_invoice",
    tags=["cards"],
    parameters=[_FORMAT],
    responses=answers({200: schemas.InvoiceSerializer, **_FILES}, 404, 422),
)
PAY_INVOICE: Final = extend_schema(
    operation_id="pay_invoice",
    tags=["cards"],
    parameters=[key_header(is_required=False)],
    request=schemas.InvoiceAmountSerializer,
    responses=answers({201: schemas.InvoicePaidSerializer}, 403, 404, 409, 503, *_BODY),
)
