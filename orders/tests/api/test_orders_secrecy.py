"""What `/orders` was told of person and card is neither kept nor logged in the clear."""

import logging

import msgspec
import pytest

from messaging.testing.files import everything_kept
from orders.adapters.bank import BankAwayError, RefusedError
from orders.api import bodies
from orders.tests.api.caller import Caller, an_order
from orders.tests.kit import made_product
from orders.tests.people import DOCUMENT, NUMBER, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)


class TestSecrecy:
    def test_keeps_and_logs_nothing_of_person_and_card(
        self, caller: Caller, bank: ToldBank, caplog: pytest.LogCaptureFixture
    ) -> None:
        made_product("A")
        customer = {"email": "canary-mail@example.com", "address": "Rua do Canario Amarelo, 77"}
        card = {"cvv": "8642"[:4], "holder": "CANARY HOLDER"}
        with caplog.at_level(logging.DEBUG):
            assert caller.order(key="k", customer=customer, card=card).status_code == 202
            caller.order(key="k", customer=customer, card={**card, "cvv": "8643"})
            caller.order(customer={**customer, "name": NUMBER}, card=card)
            bank.error = RefusedError("wrong_cvv")
            caller.order(customer=customer, card=card)
            bank.error = BankAwayError()
            caller.order(customer=customer, card=card)
            bank.error = RuntimeError("a bug of ours")
            assert caller.order(customer=customer, card=card).status_code == 500

        assert "a bug of ours" in caplog.text, "tracebacks are looked through, too"
        kept = everything_kept("orders_", "messaging_", "accounts_")

        assert "Maria Canária".encode() in kept, "the scan finds what is there"
        secrets = (NUMBER, DOCUMENT, "529.982.247-25", "canary-mail", "Canario Amarelo")
        for secret in (*secrets, "CANARY HOLDER", '"8642"', "ptok_"):
            assert secret.encode() not in kept, secret
            assert secret.encode().hex().encode() not in kept, secret
            assert secret not in caplog.text, secret
        assert "Maria Canária" not in caplog.text

    def test_prints_nothing_of_them(self) -> None:
        body = an_order()
        order = bodies.read_order(body, account_id="shop", key="k", language="en")
        posted = msgspec.convert(body, bodies.PostedOrder)

        for printed in (repr(order), repr(order.card), repr(posted), repr(posted.card)):
            for value in (*body["customer"].values(), *map(str, body["card"].values())):
                # A month or a state's letters stand in any text.
                assert len(value) <= 2 or value not in printed
