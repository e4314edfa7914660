"""Placing an order: once for each key, all of it or nothing, and no bank within a transaction."""

import threading

import msgspec
import pytest
from django.db import connections, transaction

from cards.installation import vault
from messaging.errors import CallInsideTransactionError
from messaging.models import OutboxMessage
from orders.adapters import sealed
from orders.adapters.bank import BankAwayError, BankFailedError, RefusedError
from orders.models import Customer, Order, OrderEventRow, OrderRequest
from orders.services.baskets import UnableToOrderError
from orders.services.claims import KeyReusedError
from orders.services.place import CardRefusedError, place
from orders.tests.kit import NOW, made_product, nothing_is_stored
from orders.tests.people import ToldBank, a_card, a_person, wanted

pytestmark = pytest.mark.django_db(transaction=True)


class TestPlace:
    def test_writes_the_order_and_says_so(self) -> None:
        made_product("A", price_cents=1050)
        made_product("B", price_cents=5)
        bank = ToldBank()

        placed = place(wanted({"B": 1, "A": 2}), bank, now=NOW)

        order = Order.objects.get()
        assert (placed.order.id, placed.is_replay) == (order.id, False)
        assert (order.state, order.status, order.version) == ("placed", "placed", 1)
        assert bank.verified == [{"amount_cents": 2105, "order_id": order.id}]
        token = vault().open(order.payment_token_sealed, context=f"order:{order.id}")
        assert token == f"ptok_{order.id}"
        customer, told = OutboxMessage.objects.order_by("pk")
        assert (customer.topic, customer.key) == ("customers", order.customer_id)
        assert (told.topic, told.key) == ("pedido-novo", order.id)
        assert msgspec.json.decode(bytes(told.payload or b"")) == {
            "order_id": order.id,
            "order_version": 1,
            "status": "placed",
            "reason": "",
            "occurred_at": "2026-11-20T15:00:00Z",
            "customer_id": order.customer_id,
            "region": "SP",
            "currency": "BRL",
            "total_cents": 2105,
            "discount_cents": 0,
            "lines": [
                {"sku": "B", "quantity": 1, "unit_price_cents": 5},
                {"sku": "A", "quantity": 2, "unit_price_cents": 1050},
            ],
        }
        row = OrderEventRow.objects.get()
        assert (row.version, row.happening, row.event_id) == (1, "placed", told.event_id)

    def test_a_repeated_key_orders_once(self) -> None:
        made_product("A")
        bank = ToldBank()

        first = place(wanted({"A": 1}, key="k"), bank, now=NOW)
        again = place(wanted({"A": 1}, key="k"), bank, now=NOW)

        assert (again.order.id, again.is_replay) == (first.order.id, True)
        assert len(bank.verified) == 1

    def test_a_key_is_the_accounts_own(self) -> None:
        made_product("A")

        place(wanted({"A": 1}, key="k"), ToldBank(), now=NOW)
        other = place(wanted({"A": 1}, key="k", account_id="other"), ToldBank(), now=NOW)

        assert not other.is_replay

    def test_a_key_for_another_order_names_what_differs(self) -> None:
        made_product("A")
        place(wanted({"A": 1}, key="k"), ToldBank(), now=NOW)
        other = wanted({"A": 2}, key="k", person=a_person(name="Outra Pessoa"))

        with pytest.raises(KeyReusedError) as raised:
            place(other, ToldBank(), now=NOW)

        assert raised.value.fields == ["customer.name", "lines"]

    def test_a_bank_that_is_away_leaves_the_claim_alone(self) -> None:
        made_product("A")
        order = wanted({"A": 1}, key="k")

        with pytest.raises(BankAwayError):
            place(order, ToldBank(BankAwayError()), now=NOW)

        assert nothing_is_stored()
        assert OrderRequest.objects.get().order_id == ""
        assert not place(order, ToldBank(), now=NOW).is_replay

    def test_a_shop_that_the_bank_does_not_know_is_no_fault_of_the_card(self) -> None:
        made_product("A")

        with pytest.raises(BankAwayError):
            place(wanted({"A": 1}), ToldBank(BankFailedError("UNAUTHENTICATED")), now=NOW)

    def test_a_refused_card_gives_the_key_back(self) -> None:
        made_product("A")

        with pytest.raises(CardRefusedError) as raised:
            place(wanted({"A": 1}, key="k"), ToldBank(RefusedError("wrong_cvv")), now=NOW)

        assert raised.value.reason == "wrong_cvv"
        assert nothing_is_stored()
        assert not OrderRequest.objects.exists()
        corrected = wanted({"A": 1}, key="k", card=a_card(expiration_year=2032))
        assert not place(corrected, ToldBank(), now=NOW).is_replay

    def test_refuses_to_ask_the_bank_within_a_transaction(self) -> None:
        made_product("A")

        with transaction.atomic(), pytest.raises(CallInsideTransactionError):
            place(wanted({"A": 1}), ToldBank(), now=NOW)

    def test_takes_up_a_key_whose_process_was_killed(self) -> None:
        made_product("A")
        bank = ToldBank(KeyboardInterrupt())  # type: ignore[arg-type]  # like a kill, not an Exception

        with pytest.raises(KeyboardInterrupt):
            place(wanted({"A": 1}, key="k"), bank, now=NOW)

        assert not place(wanted({"A": 1}, key="k"), ToldBank(), now=NOW).is_replay
        assert Order.objects.count() == 1

    def test_twins_in_flight_make_one_order(self) -> None:
        made_product("A")
        together = threading.Barrier(6)
        seen: list[str] = []

        class SlowBank(ToldBank):
            def verify(self, *args: object, **more: object):  # type: ignore[no-untyped-def]
                found = super().verify(*args, **more)  # type: ignore[arg-type]
                together.wait(30)
                return found

        bank = SlowBank()

        def order() -> None:
            try:
                seen.append(place(wanted({"A": 1}, key="k"), bank, now=NOW).order.id)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=order) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert len(seen) == 6
        assert len(set(seen)) == 1
        assert Order.objects.count() == 1
        assert OutboxMessage.objects.filter(topic="pedido-novo").count() == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("lines", "reason", "sku"),
        [
            ({}, "empty", ""),
            ({"NOBODY": 1}, "unknown", "NOBODY"),
            ({"\ud800": 1}, "unknown", "\ud800"),
            ({"A": 0}, "quantity", "A"),
            ({"A": 1000}, "quantity", "A"),
            ({"OLD": 1}, "unknown", "OLD"),
            ({f"S{n}": 1 for n in range(51)}, "too_many", ""),
        ],
    )
    def test_what_cannot_be_ordered(self, lines: dict[str, int], reason: str, sku: str) -> None:
        made_product("A")
        made_product("OLD", is_active=False)

        with pytest.raises(UnableToOrderError) as raised:
            place(wanted(lines, key="k"), ToldBank(), now=NOW)

        assert (raised.value.reason, raised.value.sku) == (reason, sku)
        assert nothing_is_stored()
        assert not OrderRequest.objects.exists()


class TestDelivery:
    """The order keeps what was said with it, whatever is kept of its customer."""

    def test_is_the_orders_own_where_somebody_else_has_the_document(self) -> None:
        made_product("A")
        first = place(wanted({"A": 1}), ToldBank(), now=NOW).order
        stranger = a_person(
            name="Outra Pessoa", phone="+5521911112222", email="o@example.com", address="Rua B, 2"
        )

        order = place(wanted({"A": 1}, person=stranger), ToldBank(), now=NOW).order

        assert order.customer_id == first.customer_id
        assert sealed.name_of_order(order) == "Outra Pessoa"
        assert sealed.email_of_order(order) == "o@example.com"
        assert sealed.address_of_order(order) == "Rua B, 2"
        assert order.phone_hash != first.phone_hash
        kept = Customer.objects.get()
        assert (kept.name, kept.phone) == ("Maria Canária", "+5511987654321")
        assert OutboxMessage.objects.filter(topic="customers").count() == 1
