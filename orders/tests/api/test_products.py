"""`GET /products`: what is sold, in pages."""

import pytest

from orders.tests.api.caller import Caller, document, expect_problem
from orders.tests.kit import made_product

pytestmark = pytest.mark.django_db


class TestProducts:
    def test_lists_what_is_sold(self, caller: Caller) -> None:
        made_product("B", on_hand=7, reserved=2, price_cents=1990)
        made_product("A")
        made_product("GONE", is_active=False)

        found = document(caller.get("/products", None, **{"Accept-Language": "en"}))

        assert [each["sku"] for each in found["data"]] == ["A", "B"]
        assert found["data"][1] == {"sku": "B", "name": "Coffee", "price": "19.90", "stock": 5}
        assert (found["has_more"], found["next_cursor"]) == (False, None)

    def test_speaks_portuguese_to_whoever_does_not_say(self, caller: Caller) -> None:
        made_product()

        assert document(caller.get("/products"))["data"][0]["name"] == "Café"

    def test_comes_in_pages(self, caller: Caller) -> None:
        for sku in "ABC":
            made_product(sku)

        first = document(caller.get("/products", {"limit": "2"}))
        rest = document(caller.get("/products", {"cursor": first["next_cursor"]}))

        assert [each["sku"] for each in first["data"]] == ["A", "B"]
        assert [each["sku"] for each in rest["data"]] == ["C"]

    @pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1e1"])
    def test_refuses_other_limits(self, caller: Caller, limit: str) -> None:
        answer = caller.get("/products", {"limit": limit})

        expect_problem(answer, 422, "invalid_value", "limit")
