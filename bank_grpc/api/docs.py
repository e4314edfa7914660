"""What OpenAPI says of the bank's operations: bodies, answers, errors, examples."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema

from bank_grpc.api import schemas
from rest.docs import CURSOR, OF_A_BODY, OpenApiAnswers, key_header, query

answers: Final = OpenApiAnswers(
    schemas.BankProblemSerializer,
    always=(401, 406),
    codes={
        402: "payment_refused, with the bank's `reason`",
        403: "forbidden: staff alone, or no CSRF token",
        404: "not_found: also for another's card",
        409: "limit_below_used, overpayment",
        503: "bank_unavailable: the outcome is not known; repeat the request with the same key",
    },
)
_KEY: Final = key_header(_("The same key with the same request pays once, and gives one answer."))
_CARD: Final = answers({200: schemas.CardStateSerializer}, 403, 404)

LIST_CARDS: Final = extend_schema(
    operation_id="list_cards",
    tags=["cards"],
    parameters=[CURSOR],
    responses=answers({200: schemas.CardListSerializer}),
)
ISSUE_CARD: Final = extend_schema(
    operation_id="issue_card",
    tags=["cards"],
    request=schemas.NewBankCardSerializer,
    responses=answers({201: schemas.IssuedCardSerializer}, 403, *OF_A_BODY),
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
    responses=answers({200: schemas.CardStateSerializer}, 403, 404, 409, *OF_A_BODY),
)
CHANGE_CLOSING_DAY: Final = extend_schema(
    operation_id="change_closing_day",
    tags=["cards"],
    request=schemas.NewClosingDaySerializer,
    responses=answers({200: schemas.ClosingDaySerializer}, 403, 404, *OF_A_BODY),
)
CHECKOUT: Final = extend_schema(
    operation_id="checkout",
    tags=["checkout"],
    parameters=[_KEY],
    request=schemas.NewCheckoutSerializer,
    responses=answers({201: schemas.CheckoutSerializer}, 402, 429, 503, *OF_A_BODY),
)
_FILES: Final[dict[Any, Any]] = {
    (200, kind): OpenApiTypes.BINARY
    for kind in ("text/csv", "application/x-ofx", "application/pdf")
}
_FORMAT: Final = query(
    "format",
    str,
    _("Another format than JSON: the same lines as a file."),
    enum=["json", "csv", "ofx", "pdf"],
)
STATEMENT: Final = extend_schema(
    operation_id="get_statement",
    tags=["cards"],
    parameters=[
        query("from", str, _("Posted on this day, or later.")),
        query("to", str, _("Posted on this day, or earlier.")),
        query("store", str, _("Of this shop, by its whole name.")),
        CURSOR,
        _FORMAT,
    ],
    responses=answers({200: schemas.StatementSerializer, **_FILES}, 404, 422),
)
INVOICES: Final = extend_schema(
    operation_id="list_invoices",
    tags=["cards"],
    parameters=[
        CURSOR,
        query(
            "format",
            str,
            _("The whole list as a file, without the lines."),
            enum=["json", "csv"],
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
    parameters=[_KEY],
    request=schemas.InvoiceAmountSerializer,
    responses=answers({201: schemas.InvoicePaidSerializer}, 403, 404, 409, 503, *OF_A_BODY),
)
