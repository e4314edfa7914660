"""Maria, who makes a login, buys, and reads what is kept of her, in the tests of the account."""

from typing import Any

from django.test import Client

from orders.models import Order
from orders.tests.kit import made_product
from orders.tests.pages.checkout_kit import typed
from orders.tests.pages.test_basket import put

PASSWORD = "a long and rare phrase"


def sign_up(client: Client, username: str = "maria", **changes: Any) -> Any:
    form = {
        "username": username,
        "password": PASSWORD,
        "name": "Maria Canária",
        "email": "maria@example.com",
        "phone": "(11) 98765-4321",
        "document": "",
        "region": "SP",
        "telesales": "on",
        **changes,
    }
    return client.post("/account/sign-up/", form, follow=True)


def buy(client: Client, **changes: Any) -> Order:
    """Buy a pack of coffee as Maria."""
    if not Order.objects.exists():
        made_product(on_hand=100)
    put(client)
    client.post("/shop/checkout/", typed(client, **changes))
    return Order.objects.latest("created_at")


def data_of(client: Client) -> str:
    return client.get("/account/data/").content.decode()
