"""The warehouse's pages, as a picker without a script uses them."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from orders.adapters.sealed import seal_of_order
from orders.domain.states import Happening, State
from orders.models import Order, PickLine, PickList
from orders.services import pick_lists, picking
from orders.services.act import Act, act, locked
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db


def picker(name: str = "estoque") -> User:
    """Return one of the warehouse's people."""
    user = User.objects.create_user(name, password="x")
    group, _ = Group.objects.get_or_create(name=settings.WAREHOUSE_GROUP)
    user.groups.add(group)
    return user


@pytest.fixture
def client(client: Client) -> Client:
    """Give the browser of a picker who reads English."""
    client.force_login(picker())
    client.cookies["django_language"] = "en"
    return client


def made_list() -> PickList:
    """Return a list of three articles on three shelves, in the wrong order of their SKUs."""
    for sku, shelf, barcode in (("A", "C-1", "111"), ("B", "A-10", "222"), ("C", "A-2", "333")):
        made_product(sku, shelf=shelf, barcode=barcode, price_cents=1000, name_en=f"Good {sku}")
    order = made_order({"A": 2, "B": 1, "C": 1}, state=State.PAID, charged_cents=4000)
    with transaction.atomic():
        made = pick_lists.start(order.id, now=NOW)
    assert made is not None
    return made


def address(name: str, mine: PickList, *more: str) -> str:
    return reverse(f"orders:{name}", args=[mine.order_id, *more])


def press(client: Client, name: str, mine: PickList, **data: Any) -> Any:
    """Press a button of the list's page and return the page that comes of it."""
    return client.post(address(name, mine), data, follow=True)


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def found(sku: str) -> int:
    return int(PickLine.objects.get(product_id=sku).found)


def key_in(answer: Any) -> str:
    match = re.search(r'name="key" value="([^"]+)"', answer.content.decode())
    assert match is not None
    return match[1]


class TestLists:
    def test_waits_for_whoever_takes_one(self, client: Client) -> None:
        mine = made_list()

        page = client.get("/warehouse/")
        assert "0 of 4" in text_of(page)
        taken = press(client, "pick-claim", mine)

        assert "With estoque" in text_of(taken)
        assert "With estoque" in text_of(client.get("/warehouse/"))

    def test_is_searched_by_order_article_and_person(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        for word in (mine.order_id[-8:], "b", "estoq"):
            assert mine.order_id in client.get("/warehouse/", {"q": word}).content.decode(), word
        assert "No list fits" in text_of(client.get("/warehouse/", {"q": "nothing"}))

    def test_comes_as_csv(self, client: Client) -> None:
        mine = made_list()

        answer = client.get("/warehouse/lists.csv")

        lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it streams
        assert lines[1].startswith(f"{mine.order_id},open,,3,4,0,2026-11-20T")

    @pytest.mark.parametrize("query", ["show=x", "sort=x", "page=x", "page=99", "q=%00"])
    def test_takes_any_address(self, client: Client, query: str) -> None:
        assert client.get(f"/warehouse/?{query}").status_code == 200


class TestList:
    def test_is_sorted_by_shelf(self, client: Client) -> None:
        page = client.get(address("pick-list", made_list())).content.decode()

        assert re.findall(r'pick-shelf">([^<]+)<', page) == ["A-2", "A-10", "C-1"]

    def test_is_somebody_elses_until_they_left_it(self, client: Client) -> None:
        mine = made_list()
        picking.claim(mine.order_id, actor="bia", now=NOW)
        # Long ago, so it may be taken over.
        assert "Take over from bia" in text_of(client.get(address("pick-list", mine)))

    def test_prints_where_the_goods_go_until_they_have_gone(self, client: Client) -> None:
        made = made_list()
        order = made.order
        order.sealed_name = seal_of_order(order.id, "name", "Maria Canária")
        order.sealed_address = seal_of_order(order.id, "address", "Rua das Flores, 10")
        order.save()

        page = client.get(address("pick-print", made)).content.decode()
        PickList.objects.update(state=PickList.State.DISPATCHED)
        later = client.get(address("pick-print", made)).content.decode()

        assert "Maria Canária" in page
        assert "Rua das Flores, 10" in page
        assert "data-to" not in later

    def test_prints_without_the_site_around_it(self, client: Client) -> None:
        page = client.get(address("pick-print", made_list())).content.decode()

        assert "Good A" in page
        assert "<nav" not in page

    def test_of_nobodys_order_is_not_there(self, client: Client) -> None:
        assert client.get("/warehouse/01890000-0000-7000-8000-000000000000/").status_code == 404


class TestScanning:
    def test_finds_units_by_barcode_and_says_so(self, client: Client) -> None:
        mine = made_list()
        page = press(client, "pick-claim", mine)

        told = press(client, "pick-scan", mine, code="111", key=key_in(page))

        assert "Good A: 1 of 2." in text_of(told)
        assert found("A") == 1

    def test_counts_a_form_that_is_sent_twice_once(self, client: Client) -> None:
        mine = made_list()
        key = key_in(press(client, "pick-claim", mine))
        for _ in range(2):
            press(client, "pick-scan", mine, code="111", key=key)

        assert found("A") == 1

    def test_says_what_is_wrong_or_enough(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        wrong = press(client, "pick-scan", mine, code="999<b>", key="1")
        press(client, "pick-scan", mine, code="222", key="2")
        enough = press(client, "pick-scan", mine, code="222", key="3")

        assert "is not on this list" in text_of(wrong)
        assert b"999<b>" not in wrong.content
        assert "there are enough, 1 of 1" in text_of(enough)

    def test_gives_a_script_the_changed_part_alone(self, client: Client) -> None:
        mine = made_list()
        press(client, "pick-claim", mine)

        part = client.post(
            address("pick-scan", mine), {"code": "111", "key": "1"}, headers={"X-Scan": "1"}
        ).content.decode()

        assert "data-feedback" in part
        assert "<html" not in part

    def test_of_a_list_that_is_not_ones_own_is_refused(self, client: Client) -> None:
        mine = made_list()

        by_script = client.post(
            address("pick-scan", mine), {"code": "111", "key": "1"}, headers={"X-Scan": "1"}
        )
        by_hand = press(client, "pick-scan", mine, code="111", key="1")

        assert by_script.status_code == 409
        assert "Take this list first." in text_of(by_hand)
        assert found("A") == 0


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
