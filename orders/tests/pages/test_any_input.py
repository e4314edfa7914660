"""No address and no form of the shop ends in an error of ours, whatever is typed."""

from typing import Final
from urllib.parse import quote

import pytest
from django.test import Client

from orders.links import path_of
from orders.tests.kit import made_order, made_product

pytestmark = pytest.mark.django_db

ODD: Final = {
    "empty": "",
    "nul": "\x00",
    "accent": "é",
    "emoji": "\N{GRINNING FACE}",
    "long": "a" * 5000,
    "markup": "'\"<>",
    "climb": "../..",
    "negative": "-1",
    "superscript": "²",
    "huge": "9" * 20,
    "no utf-8": "\xed\xa0\x80",
    "reversed": "\N{RIGHT-TO-LEFT OVERRIDE}",
}
FORMS: Final = {
    "/shop/basket/add/": ("sku", "quantity", "next"),
    "/shop/basket/change/": ("sku", "quantity"),
    "/shop/checkout/": (
        *("attempt", "total", "name", "email", "phone", "document", "address", "region"),
        *("number", "holder", "expiry", "cvv", "coupon"),
    ),
    "/account/sign-up/": ("username", "password", "name", "email", "phone", "document", "region"),
}


@pytest.fixture
def buyer(client: Client) -> Client:
    """Give a browser with something in its basket, so that checkout reads its form."""
    made_product()
    client.post("/shop/basket/add/", {"sku": "CAFE-1KG"})
    return client


@pytest.mark.parametrize("word", ODD.values(), ids=ODD.keys())
class TestAnyInput:
    def test_in_an_address(self, buyer: Client, word: str) -> None:
        order, odd = made_order({"CAFE-1KG": 1}), quote(word)
        pages = ("/shop/", "/shop/basket/", "/account/", "/campaign/summer/")
        asked = "&".join(f"{key}={odd}" for key in ("q", "sort", "page", "out", "pieces"))
        paths = (
            *(f"{page}?{asked}" for page in pages),
            *(f"/shop/{odd}/", f"/orders/{odd}/", f"/orders/{odd}/{odd}/"),
            *(f"/orders/{order.id}/{odd}/", f"{path_of(order)}{odd}/", f"/campaign/{odd}/"),
        )

        assert [path for path in paths if buyer.get(path).status_code >= 500] == []

    def test_in_a_form(self, buyer: Client, word: str) -> None:
        answers = {path: buyer.post(path, dict.fromkeys(FORMS[path], word)) for path in FORMS}
        known = {"sku": "CAFE-1KG", "quantity": "1", "next": word}
        answers["next"] = buyer.post("/shop/basket/add/", known)

        assert [path for path, answer in answers.items() if answer.status_code >= 500] == []
