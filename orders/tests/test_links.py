"""An order's link opens that order, and nobody can make one up."""

import pytest

from orders.links import mac_of, order_of, path_of
from orders.models import Order
from orders.tests.kit import made_order, made_product

pytestmark = pytest.mark.django_db


class TestLinks:
    def test_open_their_order(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 1})

        _, _, order_id, mac, _ = path_of(order).split("/")

        assert order_of(order_id, mac) == order

    @pytest.mark.parametrize("mac", ["", "0" * 32, "é"])
    def test_of_another_hash_open_nothing(self, mac: str) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 1})

        with pytest.raises(Order.DoesNotExist):
            order_of(order.id, mac)

    def test_of_another_order_open_nothing(self) -> None:
        made_product()
        order, other = made_order({"CAFE-1KG": 1}), made_order({"CAFE-1KG": 1})

        with pytest.raises(Order.DoesNotExist):
            order_of(order.id, mac_of(other.id))
