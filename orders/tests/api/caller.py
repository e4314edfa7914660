"""An account that calls the shop's REST, as the tests play it."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.test import Client

from accounts.services import create_account
from orders.tests.people import DOCUMENT, NUMBER


def document(answer: Any) -> Any:
    """Return the JSON of an answer."""
    return msgspec.json.decode(answer.content)


def expect_problem(answer: Any, status: int, code: str, param: str | None = None) -> Any:
    """Check that `answer` is the problem that the contract names, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found = document(answer)
    assert (found["code"], found.get("param")) == (code, param), found
    return found


def an_order(**changes: Any) -> dict[str, Any]:
    """Return the body of an order; `customer` and `card` change single fields of theirs."""
    customer = {
        "name": "Maria Canária",
        "phone": "(11) 98765-4321",
        "email": "maria@example.com",
        "document": DOCUMENT,
        "address": "Rua das Flores, 10, São Paulo",
        "region": "SP",
    }
    card = {
        "number": NUMBER,
        "holder": "MARIA C",
        "expiration_month": 12,
        "expiration_year": 2031,
        "cvv": "73958"[:3],
    }
    return {
        "lines": [{"sku": "A", "quantity": 2}],
        **changes,
        "customer": {**customer, **changes.get("customer", {})},
        "card": {**card, **changes.get("card", {})},
    }


@dataclass
class Caller:
    """An account's client; each call is one request with the account's secret."""

    name: str = "Loja"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        """Make the account."""
        account, secret = create_account(self.name)
        self.account_id = account.id
        self.credentials = b64encode(f"{account.id}:{secret}".encode()).decode()

    def get(self, path: str, query: dict[str, str] | None = None, **headers: str) -> Any:
        """Return the answer to a GET of `/api/v1<path>`."""
        return self.client.get(f"/api/v1{path}", query, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Any:
        """Return the answer to a POST; `body` is bytes as they are, or is encoded as JSON."""
        # The standard library escapes what is not ASCII, and so sends what no text can hold.
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = self._headers(headers)
        if key is not None:
            told["Idempotency-Key"] = key
        return self.client.post(
            f"/api/v1{path}", sent, content_type="application/json", headers=told
        )

    def order(self, key: str | None = None, **changes: Any) -> Any:
        """Return the answer to an order of `an_order(**changes)`."""
        return self.post("/orders", an_order(**changes), key=key)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Basic {self.credentials}", **more}
