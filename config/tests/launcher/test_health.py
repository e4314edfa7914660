"""Readiness is asked, not assumed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.launcher import health, ports
from config.launcher.plan import Program


@pytest.fixture
def probe() -> Iterator[Any]:
    """Serve 503 twice, then 200."""

    class Handler(BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self) -> None:
            type(self).asked += 1
            self.send_response(503 if type(self).asked < 3 else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's name
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/readyz"
        server.shutdown()
        thread.join()


class TestWaitFor:
    def test_asks_until_the_process_is_ready(self, probe: str) -> None:
        waited: list[list[str]] = []

        late = health.wait_for([Program("one", (), probe)], seconds=20, on_wait=waited.append)

        assert late == []
        assert waited == [["one"], ["one"], []]

    def test_names_who_never_was_ready(self) -> None:
        url = f"http://127.0.0.1:{ports.free_port()}/readyz"

        assert health.wait_for([Program("one", (), url)], seconds=0.3) == ["one"]

    def test_does_not_wait_for_those_without_a_probe(self) -> None:
        assert health.wait_for([Program("kafka", ())], seconds=0) == []

    def test_gives_up_when_there_is_nothing_left_to_wait_for(self) -> None:
        url = f"http://127.0.0.1:{ports.free_port()}/readyz"

        assert health.wait_for([Program("one", (), url)], seconds=60, goes_on=lambda: False)
