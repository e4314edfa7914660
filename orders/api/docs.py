"""What OpenAPI says of the shop's operations: bodies, answers, errors, examples."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema

from orders.api import schemas
from rest.docs import CARD, OF_A_BODY, REPLAYED, OpenApiAnswers, key_header, location, paging

_TAG: Final = "orders"
answers: Final = OpenApiAnswers(
    schemas.OrderProblemSerializer,
    always=(401, 406, 429, 503),
    codes={409: "too_late_to_cancel"},
)
_OF_PLACING: Final = {
    "of_429": "rate_limited: the account's rate, or ten wrong guesses at this card (a hundred at"
    " all cards) within half an hour; account_locked; wait as Retry-After says",
    "of_422": "missing_field, unknown_field, wrong_type, invalid_value, card_refused,"
    " coupon_invalid, idempotency_key_reused",
    "of_503": "bank_unavailable: nothing was ordered; unavailable: the outcome is not known."
    " Repeat the same request with the same key",
}
_KEY: Final = key_header(
    _(
        "The same key with the same request orders once, and gives the first answer again. A"
        " refused card or coupon gives the key back, to be used with what is corrected."
    )
)
_LOCATION: Final = location(_("The order's address."))
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
    "card": CARD,
    "telesales_opt_out": False,
}

LIST_PRODUCTS: Final = extend_schema(
    operation_id="list_products",
    tags=[_TAG],
    parameters=[*paging(_("How many articles a page may have."))],
    responses=answers({200: schemas.ProductListSerializer}, 422, of_422="invalid_value"),
)
PLACE_ORDER: Final = extend_schema(
    operation_id="place_order",
    tags=[_TAG],
    parameters=[_KEY, _LOCATION, REPLAYED],
    request=schemas.NewOrderSerializer,
    responses=answers({202: schemas.OrderSerializer}, *OF_A_BODY, **_OF_PLACING),
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
