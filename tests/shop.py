"""A shop with goods whose bank is asked over the wire, and its client of the REST."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import create_account
from bank_grpc.server import serve
from bank_grpc.services.cards import IssuedCard, issue_card
from orders.adapters import bank as banks
from orders.adapters.bank import GrpcBank
from orders.services.demo import keep_demo_shop

PERSON = {
    "name": "Zilda Andorinha",
    "phone": "+5511987650000",
    "email": "zilda@example.com",
    "document": "111.444.777-35",
    "address": "Rua do Sabiá, 7, Aracaju",
    "region": "SE",
}


@dataclass
class Shop:
    """The shop's client of the REST, a card to pay with, and where its bank listens."""

    credentials: str
    card: IssuedCard
    bank_address: str

    def order(self, **changes: Any) -> Any:
        """Return the answer to an order; `changes` are the person's, the card's or the body's."""
        plastic = self.card.plastic
        card = {
            "number": plastic.number,
            "holder": "ZILDA A",
            "expiration_month": plastic.expiration_month,
            "expiration_year": plastic.expiration_year,
            "cvv": changes.pop("cvv", plastic.cvv),
        }
        body = {
            "customer": {**PERSON, **changes.pop("customer", {})},
            "lines": [{"sku": "MEL-500G", "quantity": 2}],
            "card": card,
            **changes,
        }
        return Client().post(
            "/api/v1/orders",
            body,
            content_type="application/json",
            headers={"Authorization": f"Basic {self.credentials}"},
        )


@contextmanager
def open_shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give a shop with goods, and a bank that runs and is asked over the wire."""
    running = serve.start("127.0.0.1:0")
    account, secret = create_account("Mercearia")
    address = f"127.0.0.1:{running.port}"
    wire = GrpcBank(address, account_id=account.id, secret=secret)
    monkeypatch.setattr(banks, "bank", lambda: wire)
    now = timezone.now()
    keep_demo_shop(now)
    card = issue_card(holder="Zilda", limit_cents=100_000, actor="test", now=now)
    try:
        yield Shop(b64encode(f"{account.id}:{secret}".encode()).decode(), card, address)
    finally:
        running.stop()
