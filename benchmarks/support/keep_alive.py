"""A light HTTP client: one process, many keep-alive connections, one request in flight on each.

`python -m benchmarks.support.keep_alive PORT CONNECTIONS REQUESTS` reads the request's head and
body from standard input as JSON, and prints one JSON line of what it measured.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from uuid import uuid4


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Load:
    """What is sent: `head` has a `{key}` for the idempotency key of each request.

    Any other answer than `status` counts as refused.
    """

    head: str
    body: bytes
    requests: int
    status: str = "202"
    sent: int = 0
    refused: int = 0
    times: list[float] = field(default_factory=list)

    def run(self, port: int, connections: int) -> None:
        """Send all requests over so many connections; note how long each took, in seconds."""
        selector = selectors.DefaultSelector()
        for _ in range(connections):
            opened = socket.create_connection(("127.0.0.1", port))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(opened)
            selector.register(opened, selectors.EVENT_READ, connection)
            self._send(connection)
        while len(self.times) < self.requests:
            for key, _ in selector.select():
                self._receive(key.data)
        selector.close()

    def _send(self, connection: _Connection) -> None:
        if self.sent < self.requests:
            self.sent += 1
            connection.sent_at = time.perf_counter()
            connection.socket.sendall(self.head.format(key=uuid4()).encode() + self.body)

    def _receive(self, connection: _Connection) -> None:
        buffer = connection.buffer
        buffer += connection.socket.recv(65536)
        head, separator, body = bytes(buffer).partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        self.times.append(time.perf_counter() - connection.sent_at)
        self.refused += not head.startswith(f"HTTP/1.1 {self.status}".encode())
        buffer.clear()
        self._send(connection)


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.index(b"content-length:") + 15
    return int(lowered[at:].split(b"\r\n", 1)[0])


def main() -> None:
    """Run the load that the arguments and standard input describe."""
    port, connections, requests = (int(text) for text in sys.argv[1:])
    given = json.load(sys.stdin)
    load = Load(given["head"], given["body"].encode(), requests, given.get("status", "202"))
    started = time.perf_counter()
    load.run(port, connections)
    seconds = time.perf_counter() - started
    times = sorted(load.times)
    found = {
        "seconds": seconds,
        "refused": load.refused,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
