"""A connection that breaks at the COMMIT leaves no doubt behind (P5)."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from messaging.models import OutboxMessage
from transactions.models import IdempotencyKey, Transaction
from transactions.tests.api.merchant import document, expect_problem, make_merchant


class _Relay:
    """Stands before the database, and cuts the line at the commits that it was told to cut.

    `reaches` says whether the commit still reaches the server: about half of the commits that end
    in a lost connection had been made.
    """

    def __init__(self, host: str, port: int, *, cuts: int, reaches: bool) -> None:
        self._upstream = (host, port)
        self._cuts = cuts
        self._reaches = reaches
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._upstream)
                for job in (self._up, self._down):
                    threading.Thread(target=job, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 20):
                if b"INSERT INTO transactions_transaction" in data and self._cuts > 0:
                    self._cuts -= 1
                    # What the server answers to it must not come through.
                    client.shutdown(socket.SHUT_RDWR)
                    if self._reaches:
                        server.sendall(data)
                    server.shutdown(socket.SHUT_WR)
                    return
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        # To the end, though nobody listens any more: the server closes when it is done.
        while data := server.recv(1 << 20):
            with contextlib.suppress(OSError):
                client.sendall(data)
        server.close()
        client.close()


@contextlib.contextmanager
def _cut(*, cuts: int, reaches: bool) -> Iterator[None]:
    settings = connection.settings_dict
    host, port = settings["HOST"], settings["PORT"]
    relay = _Relay(host or "127.0.0.1", int(port or 3306), cuts=cuts, reaches=reaches)
    connection.close()
    settings["HOST"], settings["PORT"] = "127.0.0.1", relay.port
    try:
        yield
    finally:
        connection.close()
        settings["HOST"], settings["PORT"] = host, port
        relay.close()


@pytest.mark.on_mariadb
@pytest.mark.django_db(transaction=True)
class TestLostCommit:
    @pytest.mark.parametrize("reaches", [True, False])
    @pytest.mark.parametrize("key", ["k", None])
    def test_is_found_out_without_asking_the_caller(self, key: str | None, reaches: bool) -> None:
        merchant = make_merchant()
        with _cut(cuts=1, reaches=reaches):
            answer = merchant.accept(key=key)

        assert answer.status_code == 202
        assert "Idempotent-Replayed" not in answer
        assert Transaction.objects.get().id == document(answer)["id"]
        assert OutboxMessage.objects.count() == 1
        assert IdempotencyKey.objects.count() == (key is not None)

    @pytest.mark.parametrize("reaches", [True, False])
    def test_is_answered_by_repeating_where_the_database_stays_away(self, reaches: bool) -> None:
        merchant = make_merchant()
        with _cut(cuts=1_000_000, reaches=reaches):
            unknown = merchant.accept(key="k")

        again = merchant.accept(key="k")

        expect_problem(unknown, 503, "unavailable")
        assert unknown["Retry-After"]
        assert again.status_code == 202
        assert again.get("Idempotent-Replayed") == ("true" if reaches else None)
        assert Transaction.objects.count() == OutboxMessage.objects.count() == 1
