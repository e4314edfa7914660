"""People as the tests play them: staff, holders, shops, and a bank that answers as told."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.contrib.auth.models import User
from django.test import Client
from uuid_utils.compat import uuid7

from accounts.services import create_account
from bank_grpc.adapters.bank import Purchase
from bank_grpc.models import Card
from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.services.kit import issued

CVV = "73958"[:3]


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


def browser_of(user: User | None = None, **more: Any) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client(**more)
    if user is not None:
        client.force_login(user)
    return client


def staff() -> User:
    """Return somebody who sees every card."""
    return User.objects.create_user(f"staff-{uuid7()}", password="x", is_staff=True)


def holder(limit_cents: int = 100_000) -> tuple[User, IssuedCard]:
    """Return a person and the card that this person holds."""
    user = User.objects.create_user(f"holder-{uuid7()}", password="x")
    card = issued(limit_cents)
    Card.objects.filter(pk=card.card_id).update(user=user)
    return user, card


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    """Return the answer to a POST of JSON to `/api/v1<path>`."""
    sent = b"" if body is None else msgspec.json.encode(body)
    return client.post(
        f"/api/v1{path}", sent, content_type="application/json", headers=headers or None
    )


@dataclass
class Shop:
    """A shop's client of the checkout."""

    name: str = "Padaria"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        """Make the account."""
        account, secret = create_account(self.name)
        self.account_id = account.id
        self.credentials = b64encode(f"{account.id}:{secret}".encode()).decode()

    def check_out(self, body: Any, key: str | None = None) -> Any:
        """Return the answer to a checkout."""
        headers = {"Authorization": f"Basic {self.credentials}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return post(self.client, "/checkout", body, **headers)


def purchase_of(card: IssuedCard, amount: Any = "89.70", **changes: Any) -> dict[str, Any]:
    """Return the body of a checkout by the card; `changes` are the card's fields."""
    plastic = card.plastic
    typed = {
        "number": plastic.number,
        "holder": "ANA TESTE",
        "expiration_month": plastic.expiration_month,
        "expiration_year": plastic.expiration_year,
        "cvv": plastic.cvv,
    }
    return {"amount": amount, "description": "bread", "card": {**typed, **changes}}


@dataclass
class ToldBank:
    """A bank that answers what the test says; like the real one, it charges a key once."""

    answer: Callable[[Purchase], str] = lambda _purchase: str(uuid7())
    asked: list[Purchase] = field(default_factory=list)
    charged: dict[str, str] = field(default_factory=dict)

    def pay(self, purchase: Purchase) -> str:
        """Answer as told, once for each key."""
        self.asked.append(purchase)
        if purchase.key not in self.charged:
            self.charged[purchase.key] = self.answer(purchase)
        return self.charged[purchase.key]
