"""What OpenAPI says of the shop's operations: bodies, answers, errors, examples."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from orders.api import schemas

_TAG: Final = "orders"
_TITLES: Final = {
    400: "malformed_json, bad_request",
    401: "authentication_failed",
    404: "not_found: also for another account's order",
    406: "not_acceptable",
    409: "too_late_to_cancel",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "missing_field, unknown_field, wrong_type, invalid_value",
    429: "rate_limited, account_locked; wait as Retry-After says",
    503: "unavailable: nothing is known of the outcome; repeat the same request",
}
_OF_PLACING: Final = {
    "of_429": "rate_limited: the account's rate, or ten wrong guesses at this card (a hundred at"
    " all cards) within half an hour; account_locked; wait as Retry-After says",
    "of_422": "missing_field, unknown_field, wrong_type, invalid_value, card_refused,"
    " coupon_invalid, idempotency_key_reused",
    "of_503": "bank_unavailable: nothing was ordered; unavailable: the outcome is not known."
    " Repeat the same request with the same key",
}


def answers(success: dict[Any, Any], *errors: int, **texts: str) -> dict[Any, Any]:
    """Return the answers of an operation: its own, those that every one has, and `errors`."""
    found = dict(success)
    for status in sorted({401, 406, 429, 503, *errors}):
        description = texts.get(f"of_{status}", _TITLES[status])
        found[status, "application/problem+json"] = OpenApiResponse(
            schemas.OrderProblemSerializer, description=description
        )
    return found


_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    required=False,
    description=str(
        _(
            "The same key with the same request orders once, and gives the first answer again. A"
            " refused card or coupon gives the key back, to be used with what is corrected."
        )
    ),
)
_LOCATION: Final = OpenApiParameter(
    "Location",
    str,
    OpenApiParameter.HEADER,
    response=[202],
    description=str(_("The order's address.")),
)
_REPLAYED: Final = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[202],
    required=False,
    description=str(_("Says that this answer was given before.")),
)
_SENT: Final = {
    "customer": {
        "name": "Maria da Silva",
        "phone": "+5511987654321",
        "email": "maria@example.com",
        "document": "529.982.247-25",
        "address": "Rua das Flores, 10, São Paulo",
        "region": "SP",
    },
    "lines": [{"sku": "CAFE-1KG", "quantity": 2}],
    "card": {
        "number": "4111111111111111",
        "holder": "MARIA DA SILVA",
        "expiration_month": 12,
        "expiration_year": 2030,
        "cvv": "123",
    },
    "telesales_opt_out": False,
}

LIST_PRODUCTS: Final = extend_schema(
    operation_id="list_products",
    tags=[_TAG],
    parameters=[
        OpenApiParameter("cursor", str, description=str(_("The next_cursor of the page before."))),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            description=str(_("How many articles a page may have.")),
        ),
    ],
    responses=answers({200: schemas.ProductListSerializer}, 422, of_422="invalid_value"),
)
PLACE_ORDER: Final = extend_schema(
    operation_id="place_order",
    tags=[_TAG],
    parameters=[_KEY, _LOCATION, _REPLAYED],
    request=schemas.NewOrderSerializer,
    responses=answers({202: schemas.OrderSerializer}, 400, 413, 415, 422, **_OF_PLACING),
    examples=[OpenApiExample("An order", value=_SENT, request_only=True)],
)
GET_ORDER: Final = extend_schema(
    operation_id="get_order", tags=[_TAG], responses=answers({200: schemas.OrderSerializer}, 404)
)
CANCEL_ORDER: Final = extend_schema(
    operation_id="cancel_order",
    tags=[_TAG],
    request=None,
    responses=answers({202: schemas.OrderSerializer}, 404, 409),
)
