"""Many hands at once: a list is one person's, a receipt counts once, the shelf's sum stays true."""

import pytest
from django.db import transaction
from django.db.models import Sum

from orders.domain.states import State
from orders.models import PickList, Product, StockMovement
from orders.services import goods, pick_lists, picking
from orders.services.goods import Why
from orders.tests.kit import NOW, made_order, made_product
from orders.tests.services.many_hands import HANDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


class TestRaces:
    def test_a_list_is_one_persons(self) -> None:
        made_product()
        order = made_order({"CAFE-1KG": 1}, state=State.PAID)
        with transaction.atomic():
            pick_lists.start(order.id, now=NOW)

        took = at_once(lambda n: picking.claim(order.id, actor=f"person {n}", now=NOW).picker)

        assert [each for each in took if each] == [PickList.objects.get().picker]

    def test_a_receipt_that_everybody_sends_counts_once(self) -> None:
        made_product(on_hand=0)

        told = at_once(lambda _: goods.receive("CAFE-1KG", 5, key="k", actor="a", now=NOW))

        assert sum(not each.is_replay for each in told if each) == 1
        assert Product.objects.get().on_hand == 5

    def test_the_shelf_is_the_sum_of_its_movements(self) -> None:
        made_product(on_hand=0)
        goods.receive("CAFE-1KG", HANDS, key="first", actor="a", now=NOW)

        at_once(
            lambda n: goods.correct(
                "CAFE-1KG", -1, why=Why.LOST, key=f"c{n}", actor=f"person {n}", now=NOW
            )
        )

        assert Product.objects.get().on_hand == 0
        assert StockMovement.objects.count() == HANDS + 1
        assert StockMovement.objects.aggregate(sum=Sum("quantity"))["sum"] == 0
