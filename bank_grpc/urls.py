"""The bank's pages: `/checkout/` for everybody, `/bank/` for holders and staff."""

from django.urls import URLPattern, URLResolver, path

from bank_grpc.pages import acts, card, cards, checkout, invariants, invitation, refused

app_name = "bank"
urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/<str:checkout_id>/", checkout.paid, name="paid"),
    path("bank/", cards.cards, name="cards"),
    path("bank/cards.csv", cards.cards_file, name="cards-file"),
    path("bank/issue/", acts.issue, name="issue"),
    path("bank/invariants/", invariants.invariants, name="invariants"),
    path("bank/invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("bank/cards/<str:card_id>/", card.statement, name="statement"),
    path(
        "bank/cards/<str:card_id>/statement.<slug:kind>", card.statement_file, name="statement-file"
    ),
    path(
        "bank/cards/<str:card_id>/invoices/<slug:month>.<slug:kind>",
        card.invoice_file,
        name="invoice-file",
    ),
    path("bank/cards/<str:card_id>/refused/", refused.refused, name="refused"),
    path("bank/cards/<str:card_id>/refused.csv", refused.refused_file, name="refused-file"),
    path("bank/cards/<str:card_id>/invoices/", card.invoices, name="invoices"),
    path("bank/cards/<str:card_id>/invoices.csv", card.invoices_file, name="invoices-file"),
    path("bank/cards/<str:card_id>/invoices/<str:month>/", card.invoice, name="invoice"),
    path("bank/cards/<str:card_id>/invoices/<str:month>/pay/", card.pay, name="pay"),
    path("bank/cards/<str:card_id>/block/", acts.block, name="block"),
    path("bank/cards/<str:card_id>/unblock/", acts.unblock, name="unblock"),
    path("bank/cards/<str:card_id>/resume/", acts.resume, name="resume"),
    path("bank/cards/<str:card_id>/sure/", acts.sure, name="sure"),
    path("bank/cards/<str:card_id>/replace/", acts.replace, name="replace"),
    path("bank/cards/<str:card_id>/limit/", acts.limit, name="limit"),
    path("bank/cards/<str:card_id>/closing-day/", acts.closing_day, name="closing-day"),
    path("bank/cards/<str:card_id>/invite/", acts.invite, name="invite"),
]
