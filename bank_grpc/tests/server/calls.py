"""Who calls `bank.v1.BankService` in the tests of the edge, and what they ask of it."""

from typing import Any

import grpc
from django.contrib.auth import get_user_model

from bank_grpc.models import Card
from bank_grpc.protos import bank_pb2, bank_pb2_grpc
from bank_grpc.services import cards

CODE = grpc.StatusCode
Metadata = tuple[tuple[str, str], ...]


def person(username: str, *, is_staff: bool = False) -> Metadata:
    user = get_user_model().objects.create_user(username, password="a-long-password")
    user.is_staff = is_staff
    user.save()
    return (("username", username), ("password", "a-long-password"))


def holder_of(card: cards.IssuedCard, username: str = "ana") -> Metadata:
    told = person(username)
    user = get_user_model().objects.get(username=username)
    Card.objects.filter(pk=card.card_id).update(user=user)
    return told


def call(channel: grpc.Channel, method: str, asked: Any, who: Metadata = ()) -> tuple[Any, Any]:
    """Return code and answer, the error itself where there is none."""
    stub = bank_pb2_grpc.BankServiceStub(channel)
    try:
        return CODE.OK, getattr(stub, method)(asked, timeout=10, metadata=who)
    except grpc.RpcError as error:
        found: Any = error
        return found.code(), found


def typed(card: cards.IssuedCard, **changes: Any) -> Any:
    plastic = card.plastic
    facts = {
        "number": plastic.number,
        "expiration_month": plastic.expiration_month,
        "expiration_year": plastic.expiration_year,
        "cvv": plastic.cvv,
    }
    return bank_pb2.Card(**{**facts, **changes})


def authorise(of: cards.IssuedCard, cents: int = 10_000, **changes: Any) -> Any:
    facts = {"card": typed(of), "request_id": "r1", "order_id": "o1", "amount_cents": cents}
    return bank_pb2.AuthoriseRequest(**{**facts, **changes})


def verified(channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata) -> str:
    asked = bank_pb2.VerifyCardRequest(card=typed(card), amount_cents=10_000, order_id="o1")
    token: str = call(channel, "VerifyCard", asked, shop)[1].payment_token
    return token
