"""How a list ends on the warehouse's pages: whole, let go, short, or with its order cancelled."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from orders.domain.states import Happening, State
from orders.models import Order, PickLine, PickList
from orders.services import pick_lists
from orders.services.act import Act, act, locked
from orders.tests.kit import NOW
from orders.tests.pages.warehouse_kit import address, found, made_list, picker, press, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    """Give the browser of a picker who reads English."""
    client.force_login(picker())
    client.cookies["django_language"] = "en"
    return client


class TestWholeWay:
    def test_from_the_shelf_to_the_van(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)
        for sku, quantity in (("A", 2), ("B", 1), ("C", 1)):
            page = press(client, "pick-found", mine, sku=sku, quantity=quantity)
        assert "The box is packed" in text_of(page)

        packed = press(client, "pick-done", mine)
        assert "Dispatch" in text_of(packed)
        sent = press(client, "pick-dispatch", mine)

        assert "Sent off by estoque" in text_of(sent)
        assert Order.objects.get().state == State.DISPATCHED

    def test_is_not_over_while_units_are_left(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        page = press(client, "pick-done", mine)

        assert "neither found nor reported" in text_of(page)
        assert Order.objects.get().state == State.PICKING

    @pytest.mark.parametrize("quantity", ["", "x", "3", "-1", "1.5", "٣"])
    def test_takes_no_odd_quantity(self, client: Client, quantity: str) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        page = press(client, "pick-found", mine, sku="A", quantity=quantity)

        assert "no such quantity" in text_of(page)
        assert found("A") == 0

    def test_letting_go_leaves_what_was_found(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)
        press(client, "pick-found", mine, sku="A", quantity=1)

        page = press(client, "pick-release", mine)

        assert "1 of 4" in text_of(page)


class TestShortPick:
    def test_says_what_each_shortage_gives_back(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        page = text_of(client.get(address("pick-short", mine, "A")))

        assert "1 of 2 R$ 10.00 back" in page
        assert "None R$ 20.00 back" in page

    def test_says_when_the_order_would_be_cancelled(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)
        for sku in ("B", "C"):
            self.miss(client, mine, sku)

        assert "order cancelled, R$ 20.00 back" in text_of(
            client.get(address("pick-short", mine, "A"))
        )
        page = self.miss(client, mine, "A")

        assert "Nothing was found: the order is cancelled" in text_of(page)
        assert Order.objects.get().reason == "short_pick"

    def test_goes_on_with_the_rest(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        page = self.miss(client, mine, "A", picked=1)

        assert "R$ 10.00 goes back" in text_of(page)
        assert "1 missing Damaged" in text_of(page)

    def test_needs_a_reason(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        page = self.miss(client, mine, "A", reason="because")

        assert "Say why" in text_of(page)
        assert PickLine.objects.get(product_id="A").missing == 0

    def test_of_another_article_is_not_there(self, client: Client) -> None:
        assert client.get(address("pick-short", made_list(), "Z")).status_code == 404

    def miss(
        self, client: Client, mine: PickList, sku: str, picked: int = 0, reason: str = "damaged"
    ) -> Any:
        data = {"picked": picked, "reason": reason}
        return client.post(address("pick-short", mine, sku), data, follow=True)


class TestCancelledMeanwhile:
    def cancelled(self, mine: PickList) -> None:
        with transaction.atomic():
            act(locked(mine.order_id), Act(happening=Happening.CANCELLATION, now=NOW))

    def test_says_so_before_the_list_was_withdrawn(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)
        press(client, "pick-found", mine, sku="A", quantity=2)
        self.cancelled(mine)

        page = press(client, "pick-found", mine, sku="B", quantity=1)

        assert "Put the 2 units of its box back" in text_of(page)
        assert found("B") == 0

    def test_waits_until_the_goods_are_back(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)
        press(client, "pick-found", mine, sku="A", quantity=2)
        self.cancelled(mine)
        with transaction.atomic():
            pick_lists.withdraw(mine.order_id, now=NOW)
        assert mine.order_id in client.get("/warehouse/?show=back").content.decode()

        page = press(client, "pick-put-back", mine)

        assert "The goods are back on their shelves." in text_of(page)
        assert "Nothing to put back" in text_of(client.get("/warehouse/?show=back"))
