"""The warehouse's lists and the scanning, as a picker without a script uses them."""

import re
from typing import Any

import pytest
from django.test import Client

from orders.adapters.sealed import seal_of_order
from orders.models import PickList
from orders.services import picking
from orders.tests.kit import NOW
from orders.tests.pages.warehouse_kit import address, found, made_list, picker, press, text_of
from orders.tests.services import picking_kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    """Give the browser of a picker who reads English."""
    client.force_login(picker())
    client.cookies["django_language"] = "en"
    return client


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
        mine = picking_kit.made_list({"CAFE-1KG": 2})
        press(client, "pick-claim", mine)

        for word in (mine.order_id[-8:], mine.order_id[-8:].upper(), "cafe-1kg", "ESTOQ"):
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

    def test_prints_the_time_that_the_warehouses_clock_showed(self, client: Client) -> None:
        page = client.get(address("pick-print", made_list())).content.decode()

        assert "11/20/2026 12:00" in page

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
