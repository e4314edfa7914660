"""The old wire, over a real channel: codes, texts, metadata, and nothing half-done."""

from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bank_grpc.models import Card, Payment
from bank_grpc.protos import payment_pb2, payment_pb2_grpc
from bank_grpc.server import serve
from bank_grpc.services import cards
from bank_grpc.tests.services.kit import NOW
from messaging.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)
CODE = grpc.StatusCode


def request(card: cards.IssuedCard, amount: float = 89.70, **changes: Any) -> Any:
    plastic = card.plastic
    typed = {
        "name": "Somebody Else",
        "number": plastic.number,
        "expirationMonth": plastic.expiration_month,
        "expirationYear": plastic.expiration_year,
        "cvv": int(plastic.cvv),
    }
    facts: dict[str, Any] = {"amount": amount, "store": "Padaria", "description": "bread"}
    facts |= {name: changes.pop(name) for name in list(changes) if name in facts}
    return payment_pb2.PaymentRequest(
        creditCard=payment_pb2.PaymentRequest.CreditCard(**{**typed, **changes}), **facts
    )


def call(
    channel: grpc.Channel, asked: Any, key: str | None = None
) -> tuple[Any, str | None, dict[Any, Any]]:
    """Return code, text and trailing metadata of one call."""
    metadata = None if key is None else (("idempotency-key", key),)
    stub = payment_pb2_grpc.PaymentServiceStub(channel)
    done: Any
    try:
        _, done = stub.Payment.with_call(asked, timeout=10, metadata=metadata)
    except grpc.RpcError as error:
        done = error
    return done.code(), done.details(), dict(done.trailing_metadata())


class TestPayment:
    def test_an_approved_payment_is_ok_and_names_its_transaction(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        code, _, metadata = call(channel, request(card, 29.90 * 3))

        assert code is CODE.OK
        assert Payment.objects.get(pk=metadata["transaction-id"]).amount_cents == 8970
        assert Card.objects.get().balance_cents == 8970

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"expirationYear": 2020}, "card_expired"),
            ({"cvv": 1000}, "wrong_cvv"),
            ({"amount": 1000.01}, "over_limit"),
        ],
    )
    def test_a_refusal_is_code_9_with_its_reason(
        self, channel: grpc.Channel, card: cards.IssuedCard, changes: Any, reason: str
    ) -> None:
        code, text, metadata = call(channel, request(card, **changes))

        assert (code, text) == (CODE.FAILED_PRECONDITION, "transaction rejected by the bank")
        assert metadata["refusal-code"] == reason
        assert Payment.objects.get(pk=metadata["transaction-id"]).refusal_code == reason
        assert Card.objects.get().balance_cents == 0

    def test_a_blocked_card_is_refused(self, channel: grpc.Channel, card: cards.IssuedCard) -> None:
        cards.block_card(card.card_id, actor="test", now=NOW)

        assert call(channel, request(card))[2]["refusal-code"] == "card_blocked"

    @pytest.mark.parametrize(
        "number",
        ["4000000000000002", "4000 0000 0000 0002", "1234", "a card", "\x00\u0664", "0" * 64],
    )
    def test_an_unknown_card_is_code_9_in_its_own_words(
        self, channel: grpc.Channel, card: cards.IssuedCard, number: str
    ) -> None:
        code, text, metadata = call(channel, request(card, number=number))

        assert (code, text) == (CODE.FAILED_PRECONDITION, "credit card does not exists")
        assert metadata["refusal-code"] == "unknown_card"
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount": float("nan")},
            {"amount": float("inf")},
            {"amount": float("-inf")},
            {"amount": 1e300},
            {"amount": 1e308},
            {"amount": 0.0},
            {"amount": -1.0},
            {"amount": 1.005},
            {"number": "x" * 50_000},
            {"number": "0" * 65},
            {"number": ""},
            {"store": ""},
            {"store": "x" * 121},
            {"description": "x" * 256},
            {"description": "a\x00b"},
            {"store": "a\nb"},
        ],
    )
    def test_what_is_malformed_is_invalid_and_leaves_nothing(
        self, channel: grpc.Channel, card: cards.IssuedCard, changes: Any
    ) -> None:
        assert call(channel, request(card, **changes))[0] is CODE.INVALID_ARGUMENT
        assert not Payment.objects.exists()

    @pytest.mark.parametrize("name", ["", "x" * 50_000, "a\x00b"])
    def test_nobody_looks_at_the_name(
        self, channel: grpc.Channel, card: cards.IssuedCard, name: str
    ) -> None:
        assert call(channel, request(card, name=name))[0] is CODE.OK

    @pytest.mark.parametrize("cvv", [-1, -(2**31), 2**31 - 1])
    def test_a_code_beyond_three_digits_is_a_wrong_one(
        self, channel: grpc.Channel, card: cards.IssuedCard, cvv: int
    ) -> None:
        assert call(channel, request(card, cvv=cvv))[2]["refusal-code"] == "wrong_cvv"

    def test_an_empty_request_is_invalid(self, channel: grpc.Channel) -> None:
        assert call(channel, payment_pb2.PaymentRequest())[0] is CODE.INVALID_ARGUMENT

    def test_without_a_key_each_call_charges(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        for _ in range(2):
            assert call(channel, request(card, 10.0))[0] is CODE.OK

        assert Card.objects.get().balance_cents == 2000

    def test_a_key_charges_once_and_answers_alike(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        answers = [call(channel, request(card, 10.0), key="order-1") for _ in range(2)]

        assert answers[0] == answers[1]
        assert Card.objects.get().balance_cents == 1000

    @pytest.mark.parametrize("changes", [{"amount": 10.01}, {"description": "cake"}])
    def test_a_key_for_another_charge_is_invalid_never_code_9(
        self, channel: grpc.Channel, card: cards.IssuedCard, changes: Any
    ) -> None:
        call(channel, request(card, 10.0), key="order-1")

        code, text, _ = call(channel, request(card, **{"amount": 10.0, **changes}), key="order-1")

        assert (code, text) == (CODE.INVALID_ARGUMENT, "idempotency key reused")

    def test_another_store_may_use_the_same_key(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        call(channel, request(card, 10.0), key="order-1")

        assert call(channel, request(card, 10.0, store="Livraria"), key="order-1")[0] is CODE.OK

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_a_key_of_no_use_is_invalid(
        self, channel: grpc.Channel, card: cards.IssuedCard, key: str
    ) -> None:
        assert call(channel, request(card), key=key)[0] is CODE.INVALID_ARGUMENT


class TestHealth:
    @pytest.mark.parametrize("name", ["", "payment.PaymentService", "bank.v1.BankService"])
    def test_each_service_serves(self, channel: grpc.Channel, name: str) -> None:
        stub: Any = health_pb2_grpc.HealthStub(channel)

        answer = stub.Check(health_pb2.HealthCheckRequest(service=name))

        assert answer.status == health_pb2.HealthCheckResponse.SERVING

    def test_a_port_that_is_taken_is_said_so(self) -> None:
        bank = serve.start("127.0.0.1:0")

        with pytest.raises(serve.PortTakenError, match=str(bank.port)):
            serve.start(f"127.0.0.1:{bank.port}")

        bank.stop()
