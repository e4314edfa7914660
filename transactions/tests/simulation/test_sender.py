import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from transactions.simulation.ledger import Ledger
from transactions.simulation.sender import Merchant, Sender
from transactions.simulation.traffic import Order

ORDER = Order(0, "key", b"{}", 1000, "", 0.0)


class Gateway(BaseHTTPRequestHandler):
    """A gateway that answers from a script, one line a request; 0 drops the connection."""

    script: ClassVar[list[tuple[int, dict[str, Any]]]] = []
    keys: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        status, body = self.script.pop(0)
        if not status:
            self.connection.close()
            return
        self.send_response(status)
        content = json.dumps(body).encode()
        self.send_header("Content-Length", str(len(content)))
        if body.get("replayed"):
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Gateway.keys = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def send(address: str, *script: tuple[int, dict[str, Any]], patience: float = 30.0) -> Ledger:
    Gateway.script = list(script)
    ledger = Ledger()
    sender = Sender(address, [Merchant("a", "s")], ledger, workers=1, patience=patience)
    sender.send_all([ORDER], rate=0)
    return ledger


class TestSender:
    def test_keeps_what_was_accepted(self, address: str) -> None:
        ledger = send(address, (202, {"id": "t1"}))

        assert ledger.by_key["key"].transaction_id == "t1"

    def test_repeats_with_the_same_key_until_the_outcome_is_known(self, address: str) -> None:
        ledger = send(
            address,
            (503, {"code": "unavailable"}),
            (0, {}),
            (429, {"code": "rate_limited"}),
            (409, {"code": "idempotency_key_in_use"}),
            (202, {"id": "t1", "replayed": True}),
        )

        assert Gateway.keys == ["key"] * 5
        assert ledger.replayed == 1
        assert sum(ledger.retried.values()) == 4
        assert list(ledger.expectations()) == ["t1"]

    def test_takes_a_refusal_for_an_answer(self, address: str) -> None:
        ledger = send(address, (422, {"code": "missing_field"}))

        assert ledger.refused == {"422 missing_field": 1}
        assert not ledger.unknown

    def test_gives_up_when_its_patience_is_over_and_says_so(self, address: str) -> None:
        ledger = send(address, (503, {"code": "unavailable"}), patience=0)

        assert ledger.unknown == {"key": "given up"}

    def test_does_not_show_the_secret(self) -> None:
        assert "s3cret" not in repr(Merchant("a", "s3cret"))
