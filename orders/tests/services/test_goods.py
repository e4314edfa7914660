"""Goods: the sum of an article's movements is what lies on its shelf, whatever happens to it."""

from typing import Any

import pytest
from django.db.models import Sum

from orders.models import Product, ProductChange, StockMovement
from orders.services import goods
from orders.services.goods import Article, Why
from orders.tests.kit import NOW, made_product

pytestmark = pytest.mark.django_db


def article(sku: str = "CHA-VERDE", **more: Any) -> Article:
    facts = {
        "name_en": "Green tea",
        "name_pt": "Chá verde",
        "price_cents": 2490,
        "shelf": "B-02-1",
        "barcode": "7890001",
    }
    return Article(sku=sku, **{**facts, **more})


def made(sku: str = "CHA-VERDE", units: int = 0, **more: Any) -> Product:
    product = goods.add_product(article(sku, **more), now=NOW)
    if units:
        received(sku, units, key=f"first:{sku}")
    return product


def received(code: str, quantity: int, *, key: str = "r1") -> goods.Moved:
    return goods.receive(code, quantity, key=key, actor="ana", now=NOW)


def corrected(by: int, *, key: str = "c1") -> goods.Moved:
    return goods.correct(
        "CHA-VERDE", by, why=Why.DAMAGED, key=key, actor="ana", now=NOW, note="wet"
    )


def on_hand(sku: str = "CHA-VERDE") -> int:
    """Return what lies on the shelf, which is the sum of what ever moved."""
    product = Product.objects.get(pk=sku)
    assert product.on_hand == (product.movements.aggregate(n=Sum("quantity"))["n"] or 0)
    return product.on_hand


class TestReceive:
    @pytest.mark.parametrize("code", ["CHA-VERDE", "cha-verde ", "7890001"])
    def test_takes_goods_in_by_sku_or_barcode(self, code: str) -> None:
        made()

        moved = received(code, 12)

        assert on_hand() == 12
        assert (moved.movement.kind, moved.movement.actor) == ("receipt", "ana")

    def test_counts_once_for_its_key(self) -> None:
        made()

        assert [received("CHA-VERDE", 12).is_replay for _ in range(3)] == [False, True, True]
        assert on_hand() == 12

    def test_refuses_another_receipt_under_the_same_key(self) -> None:
        made()
        received("CHA-VERDE", 12)

        with pytest.raises(goods.KeyReusedError):
            received("CHA-VERDE", 13)
        assert on_hand() == 12

    @pytest.mark.parametrize("code", ["", " ", "NOTHING"])
    def test_refuses_what_nobody_knows(self, code: str) -> None:
        made(barcode="")

        with pytest.raises(goods.UnknownProductError):
            received(code, 1)

    def test_asks_for_the_sku_where_a_barcode_stands_on_two(self) -> None:
        made("A")
        made("B")

        with pytest.raises(goods.AmbiguousBarcodeError):
            received("7890001", 1)

    @pytest.mark.parametrize("quantity", [0, -1, goods.MOST_UNITS + 1])
    def test_refuses_quantities_that_are_none(self, quantity: int) -> None:
        made()

        with pytest.raises(goods.BadQuantityError):
            received("CHA-VERDE", quantity)


class TestCorrect:
    def test_moves_the_stock_for_a_reason_once(self) -> None:
        made(units=10)

        moves = [corrected(-3) for _ in range(2)]

        assert on_hand() == 7
        assert moves[0].movement.reason == "damaged: wet"
        assert moves[1].is_replay

    def test_leaves_what_is_reserved(self) -> None:
        made(units=10)
        Product.objects.update(reserved=8)

        with pytest.raises(goods.NotEnoughError) as refused:
            corrected(-3)
        assert refused.value.available == 2
        assert on_hand() == 10
        assert StockMovement.objects.count() == 1

    def test_may_take_all_that_is_not(self) -> None:
        made(units=10)
        Product.objects.update(reserved=8)

        corrected(-2)

        assert on_hand() == 8


class TestArticles:
    def test_are_made_without_stock_and_only_once(self) -> None:
        made()

        assert on_hand() == 0
        with pytest.raises(goods.KnownSkuError):
            made()

    @pytest.mark.parametrize("sku", ["", "with space", "lower", "Ç", "A" * 33, "-A"])
    def test_have_plain_skus(self, sku: str) -> None:
        with pytest.raises(ValueError, match="SKU"):
            goods.add_product(article(sku), now=NOW)

    def test_keep_what_was_changed_by_whom(self) -> None:
        made(units=5)

        changed = goods.change_product(
            article(price_cents=2590, is_active=False), actor="bia", now=NOW
        )

        assert changed == ["price_cents", "is_active"]
        noted = ProductChange.objects.order_by("pk").values_list("field", "before", "after")
        assert list(noted) == [("price_cents", "2490", "2590"), ("is_active", "True", "False")]
        assert on_hand() == 5

    def test_that_are_saved_as_they_were_note_nothing(self) -> None:
        made()

        assert goods.change_product(article(), actor="bia", now=NOW) == []
        assert not ProductChange.objects.exists()

    def test_that_nobody_knows_are_not_changed(self) -> None:
        made_product()

        with pytest.raises(goods.UnknownProductError):
            goods.change_product(article("OTHER"), actor="bia", now=NOW)
