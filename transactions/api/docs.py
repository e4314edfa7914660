"""What OpenAPI says of each operation: parameters, bodies, answers, errors, examples."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from rest.docs import CARD, REPLAYED, OpenApiAnswers, key_header, location, paging, query
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
answers: Final = OpenApiAnswers(
    schemas.ProblemSerializer,
    always=(401, 406, 422, 429, 503),
    codes={409: "idempotency_key_in_use"},
)

_AMOUNT: Final[dict[str, Any]] = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"}
_FILTERS: Final = (
    query("status", str, _("Only this status."), enum=["pending", "approved", "rejected"]),
    query("created_from", OpenApiTypes.DATETIME, _("Accepted at this time or later.")),
    query("created_to", OpenApiTypes.DATETIME, _("Accepted at this time or earlier.")),
    query("amount_min", _AMOUNT, _("At least this amount, such as 10.50.")),
    query("amount_max", _AMOUNT, _("At most this amount.")),
    query(
        "card_last4",
        {"type": "string", "pattern": "^[0-9]{4}$"},
        _("The card number's last four digits."),
    ),
)
_PAGING: Final = paging(_("How many transactions a page may have."))
_KEY: Final = key_header(
    _(
        "Makes repeating safe: the same key with the same request gives the first answer again."
        " Kept for 24 hours at least. Without a key an unknown outcome (503) stays unknown, and"
        " repeating the request may accept it twice."
    )
)
_LOCATION: Final = location(_("The transaction's address."))
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
    "card": CARD,
    "description": "Order 1001",
    "metadata": {"order": "1001"},
}

ACCEPT: Final = extend_schema(
    operation_id="accept_transaction",
    tags=[_TAG],
    parameters=[_KEY, _LOCATION, REPLAYED, *_HEADERS],
    request=schemas.NewTransactionSerializer,
    responses=answers(
        {202: schemas.TransactionSerializer},
        400,
        409,
        413,
        415,
        of_422=f"{answers.code_of(422)}; idempotency_key_reused with the `fields` that differ",
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
        query("export_id", str, _("An earlier export, to get the same bytes again.")),
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
