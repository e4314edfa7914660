"""How the server stops: whom it still serves, whom it turns away, and with which words."""

import threading
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import REGISTRY

from bank_grpc.models import Card
from bank_grpc.protos import payment_pb2_grpc
from bank_grpc.server import serve
from bank_grpc.services import cards, in_packets
from bank_grpc.tests.server.test_payment_service import call, request

pytestmark = pytest.mark.django_db(transaction=True)
_PATIENCE = 60
_SERVICES = {
    "payment.PaymentService",
    "bank.v1.BankService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1alpha.ServerReflection",
}


class HeldUp:
    """Every payment waits for the one who writes until it `may_go_on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_in_hand, self.may_go_on = threading.Event(), threading.Event()

        def hold_up(*_told: Any) -> bool:
            self.is_in_hand.set()
            self.may_go_on.wait(_PATIENCE)
            # So the batch goes the long way.
            return False

        monkeypatch.setattr(in_packets, "takes", hold_up)


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldUp]:
    """Give what lets payments go on."""
    held = HeldUp(monkeypatch)
    yield held
    held.may_go_on.set()


def turned_away() -> float:
    labels = {"method": "Payment", "code": "UNAVAILABLE"}
    return REGISTRY.get_sample_value("trilho_bank_calls_total", labels) or 0


class TestStop:
    def test_turns_newcomers_away_and_finishes_what_is_in_hand(
        self, card: cards.IssuedCard, held_up: HeldUp
    ) -> None:
        bank, before = serve.start("127.0.0.1:0"), turned_away()
        stopping = threading.Thread(target=bank.stop)
        with grpc.insecure_channel(f"127.0.0.1:{bank.port}") as channel:
            first = payment_pb2_grpc.PaymentServiceStub(channel).Payment.future(request(card, 1.0))
            assert held_up.is_in_hand.wait(_PATIENCE)
            stopping.start()
            assert bank.draining.wait(_PATIENCE)
            code, text, _ = call(channel, request(card, 2.0))
            held_up.may_go_on.set()
            first.result(timeout=_PATIENCE)
        stopping.join()

        assert (code, text) == (
            grpc.StatusCode.UNAVAILABLE,
            "the bank is stopping; nothing was begun",
        )
        assert turned_away() == before + 1
        assert Card.objects.get().balance_cents == 100

    def test_does_not_wait_for_those_who_watch_its_health(self, transactional_db: None) -> None:
        bank = serve.start("127.0.0.1:0")
        status = health_pb2.HealthCheckResponse
        with grpc.insecure_channel(f"127.0.0.1:{bank.port}") as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            watch = stub.Watch(health_pb2.HealthCheckRequest(), timeout=_PATIENCE)
            seen = [next(watch).status]
            bank.stop()
            seen.append(next(watch).status)
            with pytest.raises(grpc.RpcError):
                next(watch)

        assert seen == [status.SERVING, status.NOT_SERVING]
        assert bank.trouble() == "draining"


class TestReflection:
    def test_lists_the_services_where_the_setting_says_so(
        self, transactional_db: None, settings: Any
    ) -> None:
        settings.BANK_REFLECTION = True

        assert _listed() == _SERVICES

    def test_is_not_there_otherwise(self, transactional_db: None, settings: Any) -> None:
        settings.BANK_REFLECTION = False

        with pytest.raises(grpc.RpcError) as raised:
            _listed()
        error: Any = raised.value
        assert error.code() is grpc.StatusCode.UNIMPLEMENTED


def _listed() -> set[str]:
    """Return the services that a new server tells of itself."""
    bank = serve.start("127.0.0.1:0")
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    try:
        with grpc.insecure_channel(f"127.0.0.1:{bank.port}") as channel:
            stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
            (answer,) = stub.ServerReflectionInfo(iter([asked]), timeout=_PATIENCE)
    finally:
        bank.stop()
    return {each.name for each in answer.list_services_response.service}
