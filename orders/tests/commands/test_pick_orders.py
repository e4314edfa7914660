"""`manage.py pick_orders`: what waits is picked and sent off, now and then with a unit missing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from orders.domain.states import State
from orders.models import Order, OrderLine, PickList
from orders.services import pick_lists, picking
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db


def made_list() -> PickList:
    order = made_order({"CAFE-1KG": 2}, state=State.PAID, charged_cents=17980)
    with transaction.atomic():
        made = pick_lists.start(order.id, now=NOW)
    assert made is not None
    return made


def run(**options: int) -> str:
    told = StringIO()
    call_command("pick_orders", rate=1000, stdout=told, **options)
    return told.getvalue()


class TestPickOrders:
    def test_sends_off_what_waits_and_leaves_what_somebody_has(self) -> None:
        made_product()
        for _ in range(3):
            made_list()
        picking.claim(made_list().order_id, actor="ana", now=NOW)

        assert "3 lists picked" in run()

        states = Order.objects.order_by("state").values_list("state", flat=True)
        assert list(states) == ["dispatched", "dispatched", "dispatched", "picking"]

    def test_knows_no_standstill(self) -> None:
        with pytest.raises(CommandError, match="--rate must be above 0"):
            call_command("pick_orders", rate=0)

    def test_finds_too_few_now_and_then(self) -> None:
        made_product()
        for _ in range(2):
            made_list()

        run(short_every=2)

        assert set(OrderLine.objects.values_list("picked", flat=True)) == {1, 2}
