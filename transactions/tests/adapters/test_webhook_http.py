"""Posting over a real socket: what arrives, what is called success, what is never called at all."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from transactions.adapters.webhook_http import Answer, HttpPoster

Handler = Callable[[socket.socket], None]
BODY = b'{"id":"1"}'


def answering(*chunks: bytes, seen: list[bytes] | None = None) -> Handler:
    """Return a server's handler that reads one request and answers with the chunks."""

    def handle(connection: socket.socket) -> None:
        request = b""
        while not request.endswith(BODY):
            received = connection.recv(65536)
            if not received:
                return
            request += received
        if seen is not None:
            seen.append(request)
        for chunk in chunks:
            connection.sendall(chunk)

    return handle


def dripping(connection: socket.socket) -> None:
    """Answer a letter at a time until the other side has enough."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    pause = threading.Event()
    while not pause.wait(0.05):
        connection.sendall(b"x")


@contextlib.contextmanager
def serving(handler: Handler) -> Iterator[int]:
    """Serve one connection after the other on a free port, which is yielded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        handler(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=20)


def post_to(url: str, *, allow_private: bool = True, timeout: float = 10.0) -> Answer:
    async def scenario() -> Answer:
        poster = HttpPoster(allow_private=allow_private, timeout=timeout)
        try:
            return await poster.post(url, BODY, {"X-Test": "1"})
        finally:
            await poster.close()

    return asyncio.run(scenario())


def post(
    handler: Handler,
    *,
    path: str = "/hook",
    host: str = "127.0.0.1",
    scheme: str = "http",
    allow_private: bool = True,
    timeout: float = 10.0,
) -> Answer:
    with serving(handler) as port:
        url = f"{scheme}://{host}:{port}{path}"
        return post_to(url, allow_private=allow_private, timeout=timeout)


@pytest.mark.parametrize("status", [200, 204, 301, 404, 500])
def test_the_status_is_the_answer_whatever_it_is(status: int) -> None:
    answer = post(answering(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status))

    assert answer == Answer(status)


def test_the_request_carries_body_headers_and_the_name_of_the_host() -> None:
    seen: list[bytes] = []

    post(answering(b"HTTP/1.1 200 OK\r\n\r\n", seen=seen), host="localhost", path="/a?b=c")

    assert seen[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert b"\r\nhost: localhost:" in seen[0].lower()
    assert b"\r\nx-test: 1\r\n" in seen[0].lower()
    assert seen[0].endswith(BODY)


def test_a_redirect_is_not_followed() -> None:
    seen: list[bytes] = []

    answer = post(
        answering(b"HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", seen=seen)
    )

    assert answer.status == 307
    assert len(seen) == 1


def test_an_endless_body_is_not_read() -> None:
    answer = post(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", b"x" * 1000))

    assert answer == Answer(200)


def test_an_answer_in_drops_ends_with_the_time() -> None:
    assert post(dripping, timeout=0.5) == Answer(None, "timeout")


def test_an_answer_that_is_not_http_has_its_code() -> None:
    assert post(answering(b"hello\r\n\r\n")) == Answer(None, "bad_answer")


def test_our_own_network_is_never_called_where_that_is_forbidden() -> None:
    seen: list[bytes] = []
    handler = answering(b"HTTP/1.1 200 OK\r\n\r\n", seen=seen)

    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        assert post(handler, host=host, allow_private=False) == Answer(None, "forbidden_address")
    assert seen == []


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "connection_failed"),
        ("http://name.invalid/", "name_not_found"),
        ("https://[::1", "bad_url"),
    ],
)
def test_what_cannot_be_reached_has_its_code(url: str, error: str) -> None:
    assert post_to(url) == Answer(None, error)


def test_a_server_without_tls_behind_https_has_its_code() -> None:
    def plain(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 X\r\n\r\n")

    assert post(plain, scheme="https") == Answer(None, "tls_failed")
