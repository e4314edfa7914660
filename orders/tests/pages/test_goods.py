"""The pages of goods: what is entered, taken in, corrected, and every movement with its balance."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client

from orders.models import Product, ProductChange, StockMovement
from orders.services import goods
from orders.services.goods import Why
from orders.tests.kit import NOW, made_product

pytestmark = pytest.mark.django_db
KEY = "01890000-0000-7000-8000-00000000000{}"


@pytest.fixture
def client(client: Client) -> Client:
    """Give the browser of somebody of the staff who reads English."""
    client.force_login(User.objects.create_user("zelia", password="x", is_staff=True))
    client.cookies["django_language"] = "en"
    return client


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def stocked(sku: str = "CAFE", units: int = 10) -> Product:
    product = made_product(sku, on_hand=0, barcode=f"789{sku}")
    goods.receive(sku, units, key=f"first {sku}", actor="ana", now=NOW, note="NF 1")
    return product


def filled(**more: Any) -> dict[str, Any]:
    return {
        "name_pt": "Chá",
        "name_en": "Tea",
        "price": "24,90",
        "shelf": "b-02",
        "is_active": "on",
        **more,
    }


def form_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the page's inputs as they are."""
    inputs: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_sent = facts.get("type") not in ("checkbox", "submit", "search") or " checked" in tag
        if "name" in facts and is_sent:
            inputs[facts["name"]] = facts.get("value", "on")
    return inputs


def _locked_up(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith("INSERT INTO") and "orders_product" in sql:
        raise OperationalError(1213, "Deadlock found when trying to get lock")
    return execute(sql, params, many, context)


class TestArticles:
    def test_are_entered_and_then_wait_for_goods(self, client: Client) -> None:
        answer = client.post("/warehouse/goods/new/", filled(sku="CHA"), follow=True)

        assert "Nothing of it is on the shelf yet." in text_of(answer)
        made = Product.objects.get()
        assert (made.price_cents, made.shelf, made.on_hand, made.is_active) == (
            2490,
            "B-02",
            0,
            True,
        )

    @pytest.mark.parametrize(
        "wrong",
        [{"sku": "cha"}, {"price": "0"}, {"price": "x"}, {"shelf": "ä b"}, {"name_en": ""}],
    )
    def test_are_refused_beside_the_field(self, client: Client, wrong: dict[str, str]) -> None:
        answer = client.post("/warehouse/goods/new/", filled(**{"sku": "CHA", **wrong}))

        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
        assert not Product.objects.exists()

    def test_are_entered_once(self, client: Client) -> None:
        made_product("CHA")

        answer = client.post("/warehouse/goods/new/", filled(sku="CHA"))

        assert "There is an article with this SKU already." in text_of(answer)

    def test_are_sent_again_where_the_database_stays_locked(self, client: Client) -> None:
        with connection.execute_wrapper(_locked_up):
            answer = client.post("/warehouse/goods/new/", filled(sku="CHA"))

        assert answer.status_code == 422
        assert "The database did not answer. Send it again: it counts once." in text_of(answer)
        assert not Product.objects.exists()

    def test_are_changed_and_the_change_is_kept(self, client: Client) -> None:
        stocked()

        answer = client.post("/warehouse/goods/at/CAFE/", filled(price="95.00"), follow=True)

        assert "price_cents 8990 → 9500" in text_of(answer)
        assert Product.objects.get().on_hand == 10

    def test_keep_what_somebody_else_changed_meanwhile(self, client: Client) -> None:
        made_product("CAFE", shelf="A-01-1", text_en="Fresh")
        path = "/warehouse/goods/at/CAFE/"
        mine, theirs = (form_of(client.get(path).content.decode()) for _ in range(2))

        refused = client.post(path, mine | {"shelf": "no shelf"}).content.decode()
        mine = form_of(refused) | {"name_en": mine["name_en"]}
        client.post(path, theirs | {"price": "95.00", "text_en": ""})
        answer = client.post(path, mine | {"shelf": "B-02-2"}, follow=True)

        kept = Product.objects.get()
        assert (kept.price_cents, kept.text_en, kept.shelf) == (9500, "", "B-02-2")
        assert kept.is_active
        assert set(ProductChange.objects.values_list("field", flat=True)) == {
            *("price_cents", "text_en", "shelf")
        }
        assert "Saved." in answer.content.decode()

    def test_that_nobody_knows_are_not_there(self, client: Client) -> None:
        assert client.get("/warehouse/goods/at/NOTHING/").status_code == 404


class TestGoods:
    def test_are_searched_and_narrowed(self, client: Client) -> None:
        stocked("CAFE")
        made_product("CHA", on_hand=0, name_en="Tea", name_pt="Chá", shelf="B-02")

        def told(query: str) -> list[str]:
            page = client.get(f"/warehouse/goods/?{query}").content.decode()
            return re.findall(r"goods/at/([A-Z]+)/", page)

        assert told("") == ["CAFE", "CHA"]
        assert told("q=tea") == told("q=b-0") == told("show=none") == ["CHA"]
        assert told("q=789CAFE") == ["CAFE"]
        assert told("sort=available") == ["CHA", "CAFE"]
        assert told("show=inactive") == []

    def test_come_as_csv(self, client: Client) -> None:
        stocked()

        answer = client.get("/warehouse/goods.csv")

        lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it streams
        assert lines[1] == "CAFE,Café,Coffee,789CAFE,A-01-1,8990,10,0,10,1"


class TestReceipt:
    def test_takes_goods_in_by_barcode_once(self, client: Client) -> None:
        stocked()
        sent = {"key": KEY.format(1), "code": "789CAFE", "quantity": 5}

        first = client.post("/warehouse/goods/receipt/", sent, follow=True)
        again = client.post("/warehouse/goods/receipt/", sent, follow=True)

        assert "5 units of Coffee taken in." in text_of(first)
        assert "counts once" in text_of(again)
        assert Product.objects.get().on_hand == 15

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"code": "NOTHING"}, "No article has this SKU or barcode."),
            ({"quantity": "0"}, "greater than or equal to 1"),
            ({"quantity": "many"}, "whole number"),
        ],
    )
    def test_refuses_beside_the_field(
        self, client: Client, wrong: dict[str, str], told: str
    ) -> None:
        stocked()
        sent = {"key": KEY.format(1), "code": "CAFE", "quantity": "5", **wrong}

        answer = client.post("/warehouse/goods/receipt/", sent)

        assert answer.status_code == 422
        assert told in text_of(answer)


class TestCorrection:
    def test_is_kept_with_its_reason_and_person(self, client: Client) -> None:
        stocked()
        sent = {"key": KEY.format(1), "by": "-3", "why": "damaged", "note": "wet"}

        answer = client.post("/warehouse/goods/at/CAFE/correct/", sent, follow=True)

        assert "Correction Damaged: wet -3" in text_of(answer)
        assert StockMovement.objects.latest("pk").actor == "zelia"

    def test_leaves_what_is_reserved(self, client: Client) -> None:
        stocked()
        Product.objects.update(reserved=9)
        sent = {"key": KEY.format(1), "by": "-3", "why": "lost", "note": ""}

        answer = client.post("/warehouse/goods/at/CAFE/correct/", sent)

        assert answer.status_code == 422
        assert "Only 1 unit is not reserved." in text_of(answer)


class TestMovements:
    def test_show_what_lay_there_after_each(self, client: Client) -> None:
        stocked("CAFE", 10)
        stocked("CHA", 4)
        goods.correct("CAFE", -3, why=Why.LOST, key="c", actor="bia", now=NOW)

        page = text_of(client.get("/warehouse/movements/"))

        assert "-3 After it 7 bia" in page
        assert "+4 After it 4 ana" in page

    def test_keep_their_balance_however_narrowed(self, client: Client) -> None:
        stocked("CAFE", 10)
        goods.correct("CAFE", -3, why=Why.LOST, key="c", actor="bia", now=NOW)

        for query in ("kind=correction", "q=bia", "q=lost", "sku=CAFE&kind=correction"):
            assert "-3 After it 7" in text_of(client.get(f"/warehouse/movements/?{query}")), query
            answer = client.get(f"/warehouse/movements.csv?{query}")
            lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it streams
            assert lines[1:] == ["2026-11-20T15:00:00+00:00,CAFE,correction,-3,7,lost,bia,"], query

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("from=2026-11-20&to=2026-11-20", 1),
            ("from=2026-11-21", 0),
            ("to=2026-11-19", 0),
            ("from=yesterday", 1),
            ("to=9999-12-31", 1),
            ("kind=gift", 1),
        ],
    )
    def test_are_narrowed_by_days(self, client: Client, query: str, count: int) -> None:
        stocked()

        page = client.get(f"/warehouse/movements/?{query}").content.decode()

        assert page.count("NF 1") == count

    def test_hold_no_formula_in_csv(self, client: Client) -> None:
        made_product("CAFE", on_hand=0)
        goods.receive("CAFE", 1, key="k", actor="ana", now=NOW, note="=1+1")

        answer = client.get("/warehouse/movements.csv")

        assert b",'=1+1," in b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
