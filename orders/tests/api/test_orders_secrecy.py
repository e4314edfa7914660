"""What `/orders` was told of person and card is neither kept nor logged in the clear."""

import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection

from messaging.testing.files import bytes_at_rest
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
        kept = _everything_kept()

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


def _everything_kept() -> bytes:
    """Return every byte of the database: its files on SQLite, each table's text elsewhere."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" not in name:
            return bytes_at_rest(Path(f"{name}{end}") for end in ("", "-wal"))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("orders_", "messaging_", "accounts_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                # As text: MariaDB gives bytes, whose repr would escape what is not ASCII.
                found.append("\x1f".join(map(_text, _cells(cursor.fetchall()))).encode())
    return b"\n".join(found)


def _cells(rows: Any) -> Any:
    return (cell for row in rows for cell in row)


def _text(cell: Any) -> str:
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
