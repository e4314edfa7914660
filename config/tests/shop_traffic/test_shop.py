"""The simulated client asks again under the same key until it knows, and then only counts."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from config.shop_traffic.shop import Shop

Said = tuple[int, dict[str, object]]


class Counter(ThreadingHTTPServer):
    """A shop that says what the test wants, one answer after the other, and keeps the keys."""

    def __init__(self) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), Clerk)
        self.answers: list[Said] = []
        self.keys: list[str | None] = []


class Clerk(BaseHTTPRequestHandler):
    """Gives the next answer."""

    def do_POST(self) -> None:
        """Answer an order or a cancellation."""
        assert isinstance(self.server, Counter)
        self.server.keys.append(self.headers.get("Idempotency-Key"))
        status, body = self.server.answers.pop(0)
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
        """Keep quiet."""


@pytest.fixture
def counter() -> Iterator[Counter]:
    """Give a shop that answers on a free port."""
    server = Counter()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def shop_at(counter: Counter, patience: float = 30.0) -> Shop:
    account = {"id": "a", "secret": "s"}
    return Shop(f"http://127.0.0.1:{counter.server_port}", account, patience=patience)


class TestShop:
    def test_asks_again_under_the_same_key(self, counter: Counter) -> None:
        counter.answers = [(503, {}), (202, {"id": "o-1"})]
        shop = shop_at(counter)

        assert shop.order({}) == "o-1"
        assert len(set(counter.keys)) == 1
        assert shop.placed == ["o-1"]
        assert shop.answers == {"asked again": 1, "accepted": 1}

    def test_takes_a_no_for_an_answer(self, counter: Counter) -> None:
        counter.answers = [(422, {"code": "card_refused"})]
        shop = shop_at(counter)

        assert shop.order({}) is None
        assert shop.answers == {"card_refused": 1}

    def test_gives_up_after_its_patience(self, counter: Counter) -> None:
        counter.answers = [(503, {})] * 3
        shop = shop_at(counter, patience=0.1)

        assert shop.order({}) is None
        assert shop.answers["given up"] == 1

    def test_counts_a_cancellation_that_came_too_late(self, counter: Counter) -> None:
        counter.answers = [(202, {}), (409, {"code": "too_late_to_cancel"})]
        shop = shop_at(counter)

        shop.cancel("o-1")
        shop.cancel("o-2")

        assert shop.answers == {"cancelled": 1, "too late to cancel": 1}
