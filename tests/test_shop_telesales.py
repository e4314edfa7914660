"""What telesales sees of whoever orders over REST, and what an erasure leaves in both."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from messaging.testing import drain
from orders.models import Customer, Order
from televendas.consumers.televendas import Televendas
from televendas.models import Customer as LeanCustomer
from tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(databases=["default", "televendas"], transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with open_shop(monkeypatch) as opened:
        yield opened


def erased(customer_id: str) -> str:
    said = StringIO()
    call_command("erase_customer", customer_id, "--yes", "--wait", "0", stdout=said)
    return said.getvalue()


class TestTelesales:
    def test_sees_four_fields_of_the_buyer(self, shop: Shop) -> None:
        shop.order()

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.source, lean.customer_id) == ("shop", Customer.objects.get().id)
        assert (lean.name, lean.phone, lean.region) == (
            "Zilda Andorinha",
            "+5511987650000",
            "SE",
        )

    def test_may_not_call_who_does_not_want_it(self, shop: Shop) -> None:
        shop.order(telesales_opt_out=True)

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.phone, lean.phone_problem) == (None, "withheld")

    def test_follows_a_change_that_whoever_orders_may_make(self, shop: Shop) -> None:
        shop.order()
        # A no counts from anybody; a name is its owner's to change.
        shop.order(customer={"name": "Zilda Andorinha Lima"}, telesales_opt_out=True)

        drain(Televendas)

        lean = LeanCustomer.objects.get()
        assert (lean.name, lean.phone_problem) == ("Zilda Andorinha", "withheld")


class TestEraseCustomer:
    def test_shows_per_store_when_it_was_done(self, shop: Shop) -> None:
        shop.order()
        drain(Televendas)
        customer_id = Customer.objects.get().id

        before = erased(customer_id)
        drain(Televendas)
        after = erased(customer_id)

        assert [line.split("  ")[0] for line in before.splitlines()] == [
            "shop",
            "topic customers",
            "telesales",
            "mail log",
            "warehouse",
        ]
        assert before.count("not yet") == 2
        assert "erased at" in after
        assert "told at" in after
        assert "not readable since" in after
        assert "not yet" not in after
        assert LeanCustomer.objects.get().state == LeanCustomer.State.ERASED

    def test_who_buys_again_is_somebody_new_to_both(self, shop: Shop) -> None:
        shop.order()
        erased(Customer.objects.get().id)
        shop.order()

        drain(Televendas)

        present = LeanCustomer.objects.filter(state=LeanCustomer.State.PRESENT)
        assert present.get().customer_id == Customer.objects.get(erased_at=None).id

    def test_refuses_while_goods_are_packed(self, shop: Shop) -> None:
        shop.order()
        Order.objects.update(state="picked", status="picked")

        with pytest.raises(CommandError, match=Order.objects.get().id):
            erased(Customer.objects.get().id)

    def test_needs_somebody(self) -> None:
        with pytest.raises(CommandError, match="no such customer"):
            erased("nobody")
