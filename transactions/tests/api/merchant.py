"""A merchant as the tests play one: an account, its secret, and calls to the API."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.test import Client

from accounts.services import create_account

VISA = "4111111111111111"
CVV = "739"


def new_transaction(**changes: Any) -> dict[str, Any]:
    """Return the body of a request that is accepted."""
    body: dict[str, Any] = {
        "amount": "10.50",
        "currency": "BRL",
        "card": {
            "number": VISA,
            "holder": "MARIA DA SILVA",
            "expiration_month": 12,
            "expiration_year": 2030,
            "cvv": CVV,
        },
        "description": "Order 1001",
        "metadata": {"order": "1001"},
    }
    card = changes.pop("card", {})
    return {**body, **changes, "card": {**body["card"], **card}}


def document(answer: Any) -> Any:
    """Return the JSON of an answer."""
    return msgspec.json.decode(answer.content)


@dataclass
class MerchantClient:
    """An account's client; each call is one request with the account's secret."""

    account_id: str
    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def headers(self) -> dict[str, str]:
        """Return the header that authenticates."""
        token = b64encode(f"{self.account_id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {token}"}

    def get(self, path: str, query: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Return the answer to a GET of `/api/v1<path>`."""
        return self.client.get(f"/api/v1{path}", query, headers={**self.headers, **headers})

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """Return the answer to a POST; `body` is bytes as they are, or is encoded as JSON."""
        sent = dict(self.headers, **headers)
        if key is not None:
            sent["Idempotency-Key"] = key
        return self.client.post(
            f"/api/v1{path}",
            body if isinstance(body, bytes) else msgspec.json.encode(body),
            content_type=sent.pop("Content-Type", "application/json"),
            headers=sent,
        )

    def accept(self, key: str | None = None, **changes: Any) -> Any:
        """Return the answer to a transaction that has the right shape."""
        return self.post("/transactions", new_transaction(**changes), key)


def make_merchant(name: str = "Shop") -> MerchantClient:
    """Return the client of a new account."""
    account, secret = create_account(name)
    return MerchantClient(account.id, secret)


def expect_problem(answer: Any, status: int, code: str, param: str | None = None) -> Any:
    """Check that `answer` is the problem that the contract names, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found = document(answer)
    assert found["code"] == code, found
    assert found.get("param") == param, found
    assert {"type", "title", "detail", "request_id", "status"} <= found.keys()
    assert found["request_id"] == answer["X-Request-Id"]
    return found
