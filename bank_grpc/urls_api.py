"""The bank's addresses under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from bank_grpc.api import cards, statements
from bank_grpc.api.checkout import Checkout

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout", Checkout.as_view(), name="checkout-api"),
    path("cards", cards.Cards.as_view(), name="cards-api"),
    path("cards/<str:card_id>/block", cards.BlockCard.as_view(), name="card-block-api"),
    path("cards/<str:card_id>/unblock", cards.UnblockCard.as_view(), name="card-unblock-api"),
    path("cards/<str:card_id>/replace", cards.ReplaceCard.as_view(), name="card-replace-api"),
    path("cards/<str:card_id>/limit", cards.ChangeLimit.as_view(), name="card-limit-api"),
    path(
        "cards/<str:card_id>/closing-day",
        cards.ChangeClosingDay.as_view(),
        name="card-closing-day-api",
    ),
    path("cards/<str:card_id>/statement", statements.Statement.as_view(), name="statement-api"),
    path("cards/<str:card_id>/invoices", statements.Invoices.as_view(), name="invoices-api"),
    path(
        "cards/<str:card_id>/invoices/<str:month>",
        statements.OneInvoice.as_view(),
        name="invoice-api",
    ),
    path(
        "cards/<str:card_id>/invoices/<str:month>/pay",
        statements.PayInvoice.as_view(),
        name="invoice-pay-api",
    ),
]
