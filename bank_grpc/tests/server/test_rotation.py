"""The server's certificate changes while calls go on: none is lost, newcomers see the new one."""

import itertools
import os
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from bank_grpc.models import Card, Payment
from bank_grpc.protos import payment_pb2_grpc
from bank_grpc.server import serve
from bank_grpc.services import cards
from bank_grpc.tests.server.authority import Authority
from bank_grpc.tests.server.test_payment_service import request
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db(transaction=True)
ROTATIONS = int(os.environ.get("TRILHO_BANK_ROTATIONS", "3"))
_PATIENCE = 60


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Authority:
    """Give who has signed the server's certificate."""
    made = Authority(tmp_path)
    settings.BANK_TLS_CERTIFICATE, settings.BANK_TLS_KEY = made.issue("localhost")
    return made


@pytest.fixture
def port(authority: Authority, transactional_db: None) -> Iterator[int]:
    """Give the port of a server that speaks TLS."""
    bank = serve.start("localhost:0")
    yield bank.port
    bank.stop()


class Payers:
    """Some pay over one connection all the while, others over a new one each time."""

    def __init__(self, port: int, authority: Authority, card: cards.IssuedCard) -> None:
        self._address = f"localhost:{port}"
        self._credentials = grpc.ssl_channel_credentials(authority.file.read_bytes())
        self._card = card
        self._ending = threading.Event()
        self._numbers = itertools.count()
        self.codes: Counter[str] = Counter()

    @contextmanager
    def around(self) -> Iterator[None]:
        """Let them pay for as long as the block lasts."""
        ways = [self._stay, self._stay, self._come_and_go, self._come_and_go]
        threads = [threading.Thread(target=way, daemon=True) for way in ways]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in threads:
                thread.join(_PATIENCE)

    def wait_for_more(self, number: int = 20) -> None:
        """Wait until so many more were answered, well or not."""
        pause, wanted = threading.Event(), self.codes.total() + number
        for _ in range(_PATIENCE * 100):
            if self.codes.total() >= wanted:
                return
            pause.wait(0.01)
        raise AssertionError(f"nobody is served: {self.codes}")

    def _stay(self) -> None:
        with self._channel() as channel:
            while not self._ending.is_set():
                self._pay(channel)

    def _come_and_go(self) -> None:
        while not self._ending.is_set():
            with self._channel() as channel:
                self._pay(channel)

    def _channel(self) -> grpc.Channel:
        # Without a pool of its own a new channel would take up the connection of another.
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0))
        return grpc.secure_channel(self._address, self._credentials, options=options)

    def _pay(self, channel: grpc.Channel) -> None:
        stub: Any = payment_pb2_grpc.PaymentServiceStub(channel)
        key = (("idempotency-key", f"rotation:{next(self._numbers)}"),)
        try:
            stub.Payment(request(self._card, 0.01), metadata=key, timeout=_PATIENCE)
        except grpc.RpcError as error:
            told: Any = error
            self.codes[told.code().name] += 1
        else:
            self.codes["OK"] += 1


def shown(port: int, authority: Authority) -> int:
    """Return the serial number of the certificate that a newcomer is shown."""
    context = ssl.create_default_context(cafile=str(authority.file))
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("localhost", port), timeout=_PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        return int(str((secure.getpeercert() or {})["serialNumber"]), 16)


class TestRotation:
    def test_loses_no_call_and_shows_newcomers_the_new_certificate(
        self, port: int, authority: Authority, settings: Any
    ) -> None:
        payers = Payers(port, authority, issued(10**9))
        seen, wanted = [], []
        with payers.around():
            for _ in range(ROTATIONS):
                before = shown(port, authority)
                certificate, key, serial = authority.pair("localhost")
                payers.wait_for_more()
                Path(settings.BANK_TLS_CERTIFICATE).write_bytes(certificate)
                # With half of the pair the old one goes on.
                payers.wait_for_more()
                seen.append(shown(port, authority))
                Path(settings.BANK_TLS_KEY).write_bytes(key)
                seen.append(shown(port, authority))
                payers.wait_for_more()
                wanted += [before, serial]

        assert seen == wanted
        assert set(payers.codes) == {"OK"}, payers.codes
        assert Card.objects.get().balance_cents == Payment.objects.count() == payers.codes["OK"]

    def test_goes_on_with_the_old_pair_whatever_stands_in_the_files(
        self, port: int, authority: Authority, settings: Any
    ) -> None:
        payers = Payers(port, authority, issued(10**9))
        certificate, key, serial = authority.pair("localhost")
        before = shown(port, authority)
        with payers.around():
            for torn in (b"", certificate[:100], b"no certificate", certificate):
                Path(settings.BANK_TLS_CERTIFICATE).write_bytes(torn)
                payers.wait_for_more()
                assert shown(port, authority) == before
            Path(settings.BANK_TLS_KEY).unlink()
            payers.wait_for_more()
            assert shown(port, authority) == before
            Path(settings.BANK_TLS_KEY).write_bytes(key)
            payers.wait_for_more()

        assert shown(port, authority) == serial
        assert set(payers.codes) == {"OK"}, payers.codes
