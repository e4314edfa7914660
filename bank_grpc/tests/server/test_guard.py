"""What stands around every call: deadlines, no leaks, traces, TLS that refuses to fall back."""

import threading
from pathlib import Path
from typing import Any

import grpc
import msgspec
import pytest
from django.db import OperationalError
from prometheus_client import REGISTRY

from accounts.services import create_account
from bank_grpc.models import Card, Payment
from bank_grpc.protos import bank_pb2, bank_pb2_grpc, payment_pb2_grpc
from bank_grpc.server import fields, serve, tls
from bank_grpc.services import cards, in_packets
from bank_grpc.tests.server.authority import Authority
from bank_grpc.tests.server.test_payment_service import call, request
from messaging.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)
CODE = grpc.StatusCode
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def counted(method: str, code: str) -> float:
    labels = {"method": method, "code": code}
    return REGISTRY.get_sample_value("trilho_bank_calls_total", labels) or 0


class TestGuard:
    def test_carries_the_callers_trace_to_the_event(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        stub = payment_pb2_grpc.PaymentServiceStub(channel)

        stub.Payment(request(card), metadata=(("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01"),))

        headers = msgspec.json.decode(OutboxMessage.objects.get().headers)
        assert headers["traceparent"].split("-")[1] == TRACE

    def test_counts_calls_by_method_and_code(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        before = counted("Payment", "OK"), counted("Payment", "FAILED_PRECONDITION")

        call(channel, request(card, 10.0))
        call(channel, request(card, 5000.0))

        after = counted("Payment", "OK"), counted("Payment", "FAILED_PRECONDITION")
        assert after == (before[0] + 1, before[1] + 1)

    def test_says_nothing_of_an_unforeseen_error(
        self, channel: grpc.Channel, card: cards.IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def break_down(*_given: str) -> str:
            raise RuntimeError("4000001234567899")

        monkeypatch.setattr(fields, "store", break_down)

        code, text, _ = call(channel, request(card))

        assert code is CODE.INTERNAL
        assert text
        assert "4000001234567899" not in text
        assert not Payment.objects.exists()

    def test_a_database_that_is_away_is_no_refusal_and_no_secret(
        self, channel: grpc.Channel, card: cards.IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lose_it(*_given: str) -> str:
            raise OperationalError(2006, "Server has gone away: 10.0.0.7")

        monkeypatch.setattr(fields, "store", lose_it)

        code, text, _ = call(channel, request(card))

        assert code is CODE.UNAVAILABLE
        assert "10.0.0.7" not in str(text)

    def test_begins_nothing_after_the_deadline(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        stub = payment_pb2_grpc.PaymentServiceStub(channel)

        with pytest.raises(grpc.RpcError) as caught:
            stub.Payment(request(card), timeout=0)

        error: Any = caught.value
        assert error.code() is CODE.DEADLINE_EXCEEDED
        assert Card.objects.get().balance_cents == 0


class TestBound:
    def test_calls_beyond_the_bound_are_told_to_come_again(
        self, settings: Any, card: cards.IssuedCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.BANK_CALLS_AT_ONCE = 1
        is_in_hand, may_go_on = threading.Event(), threading.Event()

        def hold_up(*_told: Any) -> bool:
            is_in_hand.set()
            may_go_on.wait(30)
            # So the batch goes the long way.
            return False

        monkeypatch.setattr(in_packets, "takes", hold_up)
        bank = serve.start("127.0.0.1:0")
        with grpc.insecure_channel(f"127.0.0.1:{bank.port}") as channel:
            first = payment_pb2_grpc.PaymentServiceStub(channel).Payment.future(request(card, 1.0))
            assert is_in_hand.wait(30)
            code = call(channel, request(card, 2.0))[0]
            may_go_on.set()
            first.result(timeout=30)
        bank.stop()

        assert code is CODE.RESOURCE_EXHAUSTED
        assert Card.objects.get().balance_cents == 100


class TestTls:
    def test_an_account_is_known_by_its_certificate_alone(
        self, tmp_path: Path, settings: Any, card: cards.IssuedCard
    ) -> None:
        authority = Authority(tmp_path)
        account, _ = create_account("Padaria")
        settings.BANK_TLS_CERTIFICATE, settings.BANK_TLS_KEY = authority.issue("localhost")
        settings.BANK_TLS_CLIENT_CA = str(tmp_path / "ca.pem")
        certificate, key = authority.issue(account.id)
        bank = serve.start("localhost:0")
        secret = grpc.ssl_channel_credentials(
            (tmp_path / "ca.pem").read_bytes(),
            Path(key).read_bytes(),
            Path(certificate).read_bytes(),
        )

        plastic = card.plastic
        asked = bank_pb2.AuthoriseRequest(
            card=bank_pb2.Card(
                number=plastic.number,
                expiration_month=plastic.expiration_month,
                expiration_year=plastic.expiration_year,
                cvv=plastic.cvv,
            ),
            request_id="r1",
            amount_cents=100,
        )
        with grpc.secure_channel(f"localhost:{bank.port}", secret) as channel:
            answer = bank_pb2_grpc.BankServiceStub(channel).Authorise(asked, timeout=10)
        with grpc.insecure_channel(f"localhost:{bank.port}") as channel:
            plain = call(channel, request(card))[0]
        bank.stop()

        assert answer.status == "approved"
        assert Payment.objects.get().store == "Padaria"
        assert plain is CODE.UNAVAILABLE

    @pytest.mark.parametrize(
        "changes",
        [
            {"BANK_PLAINTEXT_ALLOWED": False},
            {"BANK_TLS_CERTIFICATE": "/nowhere.pem"},
            {"BANK_TLS_CLIENT_CA": "/nowhere.pem"},
            {"BANK_TLS_CERTIFICATE": "/nowhere.pem", "BANK_TLS_KEY": "/nowhere.key"},
        ],
    )
    def test_never_falls_back_to_plain_text(self, settings: Any, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(settings, name, value)

        with pytest.raises(tls.TlsError):
            serve.start("127.0.0.1:0")
