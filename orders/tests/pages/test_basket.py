"""The basket: kept in the session, changed without a script, never more than can be had."""

from typing import Any

import pytest
from django.test import Client

from orders.models import Product
from orders.tests.kit import made_product

pytestmark = pytest.mark.django_db


def put(client: Client, sku: str = "CAFE-1KG", quantity: int = 1, **more: str) -> Any:
    """Put an article into the basket as its page does."""
    return client.post("/shop/basket/add/", {"sku": sku, "quantity": quantity, **more}, follow=True)


def held(client: Client) -> dict[str, int]:
    """Return what the basket's page shows."""
    lines = client.get("/shop/basket/").context["lines"]
    return {line.product.sku: line.quantity for line in lines}


class TestBasket:
    def test_is_empty_at_first(self, client: Client) -> None:
        answer = client.get("/shop/basket/")

        assert b"The basket is empty" in answer.content
        assert "sessionid" not in client.cookies

    def test_holds_what_was_put_in_and_its_price(self, client: Client) -> None:
        made_product()
        made_product("MEL-500G", price_cents=1000)

        put(client, quantity=2)
        put(client, "MEL-500G")
        answer = put(client)

        assert held(client) == {"CAFE-1KG": 3, "MEL-500G": 1}
        assert b"Coffee is in the basket." in answer.content
        assert client.get("/shop/basket/").context["total_cents"] == 3 * 8990 + 1000

    def test_goes_back_to_where_it_was_pressed_and_nowhere_else(self, client: Client) -> None:
        made_product()

        assert put(client, next="/shop/?q=c").redirect_chain[-1][0] == "/shop/?q=c"
        assert put(client, next="https://elsewhere.example/").redirect_chain[-1][0] == (
            "/shop/CAFE-1KG/"
        )

    @pytest.mark.parametrize("quantity", ["-3", "1e9", "99999999", "²", ""])
    def test_takes_no_number_that_is_none(self, client: Client, quantity: str) -> None:
        made_product()

        client.post("/shop/basket/add/", {"sku": "CAFE-1KG", "quantity": quantity})

        assert held(client) == {"CAFE-1KG": 1}

    def test_takes_no_more_than_can_be_had(self, client: Client) -> None:
        made_product(on_hand=3)

        assert b"Only 3 of Coffee can be had" in put(client, quantity=7).content
        assert b"There are no more of Coffee." in put(client).content
        assert held(client) == {"CAFE-1KG": 3}

    def test_says_that_it_holds_no_more_where_the_shop_has_more(self, client: Client) -> None:
        made_product(on_hand=500)
        put(client, quantity=99)

        answer = put(client)

        assert b"No more than 99 of Coffee fit into one order." in answer.content
        assert b"There are no more" not in answer.content
        assert held(client) == {"CAFE-1KG": 99}

    def test_says_that_it_is_full(self, client: Client) -> None:
        for number in range(40):
            made_product(f"SKU-{number}")
            put(client, f"SKU-{number}")
        made_product()

        answer = put(client)

        assert b"The basket is full: 40 different articles are in it." in answer.content
        assert len(held(client)) == 40

    def test_is_changed_and_what_is_taken_out_can_be_put_back(self, client: Client) -> None:
        made_product()
        put(client)

        client.post("/shop/basket/change/", {"sku": "CAFE-1KG", "quantity": 4})
        assert held(client) == {"CAFE-1KG": 4}
        gone = client.post(
            "/shop/basket/change/", {"sku": "CAFE-1KG", "quantity": 4, "remove": "1"}, follow=True
        )

        assert gone.context["out"]["pieces"] == 4
        assert held(client) == {}
        put(client, quantity=4)
        assert held(client) == {"CAFE-1KG": 4}

    def test_says_which_lines_cannot_be_had_any_more(self, client: Client) -> None:
        made_product()
        put(client, quantity=5)
        Product.objects.update(on_hand=2)

        answer = client.get("/shop/basket/")

        assert answer.context["is_short"]
        assert b"Not all of it can be had" in answer.content

    def test_forgets_what_is_not_sold_any_more_and_says_so(self, client: Client) -> None:
        made_product()
        put(client)
        Product.objects.update(is_active=False)

        assert b"was taken out" in client.get("/shop/basket/").content
        assert b"was taken out" not in client.get("/shop/basket/").content
