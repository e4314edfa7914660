"""The client against real servers: refused, unknown, wrong; and what is tried again."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from accounts.services import create_account
from bank_grpc.client import BankClient, BankError, BankUnavailable, Card, PaymentRefused, Purchase
from bank_grpc.client.channel import FAILURES_TO_OPEN, TlsSettingsError
from bank_grpc.models import Card as CardRow
from bank_grpc.models import Payment
from bank_grpc.protos import payment_pb2_grpc
from bank_grpc.server import serve
from bank_grpc.services import cards
from bank_grpc.tests.services.kit import issued

CODE = grpc.StatusCode
SHOWN = Card(number="4000001234567899", expiration_month=12, expiration_year=2040, cvv="123")


def shown(card: cards.IssuedCard) -> Card:
    plastic = card.plastic
    return Card(
        number=plastic.number,
        expiration_month=plastic.expiration_month,
        expiration_year=plastic.expiration_year,
        cvv=plastic.cvv,
    )


class Scripted(payment_pb2_grpc.PaymentServiceServicer):
    """A bank that ends its calls as it is told, and is well afterwards; it keeps their keys."""

    def __init__(self, *codes: grpc.StatusCode) -> None:
        self.codes = list(codes)
        self.keys: list[Any] = []

    def Payment(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        self.keys.append(dict(context.invocation_metadata()).get("idempotency-key"))
        if self.codes:
            context.abort(self.codes.pop(0), "as told")
        context.set_trailing_metadata((("transaction-id", "t1"),))
        return Empty()


Serve = Callable[[Scripted], BankClient]


@pytest.fixture
def scripted() -> Iterator[Serve]:
    """Give what starts a scripted bank and returns a client to it."""
    started: list[Any] = []

    def start(bank: Scripted) -> BankClient:
        server = grpc.server(ThreadPoolExecutor(4))
        payment_pb2_grpc.add_PaymentServiceServicer_to_server(bank, server)
        client = BankClient(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
        server.start()
        started.extend((client, server))
        return client

    yield start
    for each in started:
        each.close() if isinstance(each, BankClient) else each.stop(0).wait()


def pay(client: BankClient, **changes: Any) -> str:
    return client.pay(SHOWN, **{"amount_cents": 100, "store": "Padaria", "key": "k1", **changes})


class TestRetries:
    @pytest.mark.parametrize(
        "code",
        [
            CODE.UNAVAILABLE,
            CODE.RESOURCE_EXHAUSTED,
            CODE.DEADLINE_EXCEEDED,
            # A server that is stopped ends so what it had not taken up, a torn connection so.
            CODE.CANCELLED,
            CODE.UNKNOWN,
        ],
    )
    def test_tries_again_under_the_same_key(self, scripted: Serve, code: grpc.StatusCode) -> None:
        bank = Scripted(code, code)

        assert pay(scripted(bank)) == "t1"
        assert bank.keys == ["k1", "k1", "k1"]

    @pytest.mark.parametrize("code", [CODE.UNAVAILABLE, CODE.CANCELLED])
    def test_without_a_key_one_try_must_do(self, scripted: Serve, code: grpc.StatusCode) -> None:
        bank = Scripted(code)

        with pytest.raises(BankUnavailable):
            pay(scripted(bank), key="")

        assert len(bank.keys) == 1

    def test_gives_up_at_the_callers_deadline(self, scripted: Serve) -> None:
        bank = Scripted(*[CODE.RESOURCE_EXHAUSTED] * 100)

        with pytest.raises(BankUnavailable):
            pay(scripted(bank), deadline=1)

        assert len(bank.keys) > 1

    @pytest.mark.parametrize("code", [CODE.INVALID_ARGUMENT, CODE.INTERNAL, CODE.UNAUTHENTICATED])
    def test_all_else_is_an_error_and_never_a_refusal(
        self, scripted: Serve, code: grpc.StatusCode
    ) -> None:
        bank = Scripted(code)

        with pytest.raises(BankError) as caught:
            pay(scripted(bank))

        assert caught.value.code == code.name
        assert len(bank.keys) == 1


class TestClose:
    def test_ends_what_is_in_hand_and_asks_no_more(self, scripted: Serve) -> None:
        is_in_hand, may_go_on = threading.Event(), threading.Event()

        class Waiting(Scripted):
            def Payment(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
                is_in_hand.set()
                may_go_on.wait(60)
                return super().Payment(request, context)

        bank = Waiting()
        client = scripted(bank)
        with ThreadPoolExecutor(1) as pool:
            paid = pool.submit(pay, client)
            assert is_in_hand.wait(60)
            client.close()
            with pytest.raises(BankUnavailable):
                paid.result(60)
        with pytest.raises(BankUnavailable):
            pay(client)
        may_go_on.set()

        assert len(bank.keys) <= 1


class TestBreaker:
    def test_opens_and_asks_no_more_until_its_time(self, scripted: Serve) -> None:
        bank = Scripted(*[CODE.UNAVAILABLE] * 1000)
        client = scripted(bank)

        for _ in range(FAILURES_TO_OPEN + 3):
            with pytest.raises(BankUnavailable):
                pay(client, key="")

        assert len(bank.keys) == FAILURES_TO_OPEN

    def test_closes_when_the_bank_is_back(self, scripted: Serve) -> None:
        bank = Scripted(*[CODE.UNAVAILABLE] * FAILURES_TO_OPEN)

        assert pay(scripted(bank), deadline=10) == "t1"

    def test_lets_calls_run_side_by_side(self, scripted: Serve) -> None:
        both = threading.Barrier(2, timeout=10)

        class Waiting(Scripted):
            def Payment(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
                both.wait()
                return super().Payment(request, context)

        client = scripted(Waiting())
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda _: pay(client), range(2)))

        assert done == ["t1", "t1"]

    def test_nobody_there_is_unavailable(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            client = BankClient(f"127.0.0.1:{probe.getsockname()[1]}")
            with pytest.raises(BankUnavailable):
                pay(client, deadline=0.5)
            client.close()


class TestTls:
    @pytest.mark.parametrize(
        "changes",
        [
            {"BANK_PLAINTEXT_ALLOWED": False},
            {"BANK_CLIENT_KEY": "/nowhere"},
            {"BANK_TLS_CA": "/nowhere", "BANK_CLIENT_KEY": "/nowhere"},
        ],
    )
    def test_never_falls_back_to_plain_text(self, settings: Any, changes: dict[str, str]) -> None:
        for name, value in changes.items():
            setattr(settings, name, value)

        with pytest.raises(TlsSettingsError):
            BankClient("127.0.0.1:1")


@pytest.mark.django_db(transaction=True)
class TestAgainstTheBank:
    @pytest.fixture
    def client(self, transactional_db: None) -> Iterator[BankClient]:
        account, secret = create_account("Padaria")
        bank = serve.start("127.0.0.1:0")
        client = BankClient(f"127.0.0.1:{bank.port}", account_id=account.id, secret=secret)
        yield client
        client.close()
        bank.stop()

    def test_pays_over_the_old_wire(self, client: BankClient) -> None:
        card = issued()

        paid = client.pay(shown(card), amount_cents=8970, store="Padaria", key="k1")

        assert Payment.objects.get(pk=paid).amount_cents == 8970

    def test_a_refusal_has_its_reason(self, client: BankClient) -> None:
        with pytest.raises(PaymentRefused) as caught:
            client.pay(shown(issued(100)), amount_cents=101, store="Padaria", key="k1")

        assert caught.value.reason == "over_limit"
        assert Payment.objects.get(pk=caught.value.transaction_id).status == "rejected"

    def test_verifies_charges_refunds_and_pays_the_invoice(self, client: BankClient) -> None:
        card = issued()
        token = client.verify_card(shown(card), amount_cents=5000, order_id="o1").payment_token
        order = Purchase(request_id="r1", amount_cents=5000, order_id="o1", payment_token=token)

        paid = client.authorise(order)
        back = client.refund(paid.id, request_id="f1", amount_cents=1000)
        rest = client.pay_invoice(card.card_id, month="2026-11", request_id="p1", amount_cents=4000)

        assert (paid.balance_after_cents, back.balance_after_cents) == (5000, 4000)
        assert rest.balance_after_cents == CardRow.objects.get().balance_cents == 0
        with pytest.raises(PaymentRefused, match="refund_exceeds_charge"):
            client.refund(paid.id, request_id="f2", amount_cents=4001)

    def test_a_rejected_authorisation_is_a_refusal(self, client: BankClient) -> None:
        order = Purchase(request_id="r1", amount_cents=100_001, card=shown(issued()))

        with pytest.raises(PaymentRefused, match="over_limit"):
            client.authorise(order)
