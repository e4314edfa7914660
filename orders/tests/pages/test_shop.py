"""`/shop/`: what is sold, in both languages, and a picture for each without fetching anything."""

import re

import pytest
from django.test import Client

from orders.pictures import picture_of
from orders.tests.kit import made_product

pytestmark = pytest.mark.django_db


def names_in(answer: object) -> list[str]:
    return [each.sku for each in answer.context["page"]]  # type: ignore[attr-defined]


class TestList:
    def test_shows_goods_with_price_and_stock_in_the_readers_language(self, client: Client) -> None:
        made_product(on_hand=3, reserved=1)

        english = client.get("/shop/").content.decode()
        portuguese = client.get("/shop/", headers={"accept-language": "pt-br"}).content.decode()

        assert "Coffee" in english
        assert "R$\u00a089.90" in english
        assert "2 left" in english
        assert "Café" in portuguese
        assert "R$\u00a089,90" in portuguese
        assert '<svg class="picture"' in english

    def test_is_searched_filtered_and_sorted_by_its_address(self, client: Client) -> None:
        made_product("B-2", name_en="Honey", name_pt="Mel", price_cents=100)
        made_product("A-1", name_en="Tea", name_pt="Chá", price_cents=900)
        made_product("C-3", name_en="Oil", name_pt="Azeite", price_cents=500, on_hand=0)

        assert names_in(client.get("/shop/")) == ["B-2", "C-3", "A-1"]
        assert names_in(client.get("/shop/?sort=-price")) == ["A-1", "C-3", "B-2"]
        assert names_in(client.get("/shop/?q=mel")) == ["B-2"]
        assert names_in(client.get("/shop/?stock=1&sort=price")) == ["B-2", "A-1"]
        assert names_in(client.get("/shop/?sort=nonsense&page=99")) == ["B-2", "C-3", "A-1"]

    def test_leaves_out_what_is_not_sold_any_more(self, client: Client) -> None:
        made_product(is_active=False)

        assert b"No goods yet" in client.get("/shop/").content
        assert client.get("/shop/CAFE-1KG/").status_code == 404

    def test_says_why_nothing_fits(self, client: Client) -> None:
        made_product()

        assert b"Nothing fits" in client.get("/shop/?q=zebra").content


class TestArticle:
    def test_is_shown_with_what_is_said_of_it(self, client: Client) -> None:
        made_product(text_en="Roasted in <small> drums")

        text = client.get("/shop/CAFE-1KG/").content.decode()

        assert "Roasted in &lt;small&gt; drums" in text
        assert "Put into the basket" in text

    def test_that_is_sold_out_cannot_be_put_into_the_basket(self, client: Client) -> None:
        made_product(on_hand=0)

        text = client.get("/shop/CAFE-1KG/").content.decode()

        assert "Sold out" in text
        assert "Put into the basket" not in text

    def test_of_an_unknown_name_is_not_there(self, client: Client) -> None:
        assert client.get("/shop/nothing/").status_code == 404


class TestPicture:
    def test_is_the_same_for_ever_and_another_for_another(self) -> None:
        assert picture_of("CAFE-1KG") == picture_of("CAFE-1KG")
        assert len({picture_of(f"X-{number}") for number in range(200)}) > 100

    def test_holds_nothing_of_the_sku_and_no_inline_style(self) -> None:
        drawn = picture_of('"><script>')

        assert "script" not in drawn
        assert not re.search(r"style=|\{|\}|href", drawn)
