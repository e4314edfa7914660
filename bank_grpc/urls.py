"""The bank's pages: `/checkout/` for everybody, `/bank/` for holders and staff."""

from django.urls import URLPattern, URLResolver, path

from bank_grpc.pages import checkout

app_name = "bank"
urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/<str:checkout_id>/", checkout.paid, name="paid"),
]
