"""Many panels in one light process: opens sockets, resumes, and counts frames without reading them.

`python -m benchmarks.support.panels PORT COUNT COOKIE` says `open` once all are open; then each
line on standard input is answered by a line of JSON with the frames and bytes so far.
"""

import json
import selectors
import socket
import sys
from dataclasses import dataclass, field
from typing import Final

_RESUME: Final = b'{"type":"resume","cursor":null}'
_SHORT: Final = 126
_LONG: Final = 127


@dataclass(slots=True)
class Panel:
    """One socket's place in the stream of websocket frames."""

    socket: socket.socket
    left: int = 0
    head: bytearray = field(default_factory=bytearray)
    frames: int = 0
    size: int = 0

    def take(self, data: bytes) -> None:
        """Count the frames that end in `data`."""
        self.size += len(data)
        at = 0
        while at < len(data):
            if self.left:
                step = min(self.left, len(data) - at)
                self.left -= step
                at += step
                self.frames += not self.left
                continue
            self.head.append(data[at])
            at += 1
            self._read_head()

    def _read_head(self) -> None:
        if len(self.head) < 2:
            return
        short = self.head[1] & _LONG
        extra = {_SHORT: 2, _LONG: 8}.get(short, 0)
        if len(self.head) == 2 + extra:
            self.left = int.from_bytes(self.head[2:]) if extra else short
            self.frames += not self.left
            self.head.clear()


def opened(port: int, cookie: str) -> Panel:
    """Open one socket and resume from nothing."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(
        b"GET /ws/panel/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nCookie: sessionid=%s\r\n\r\n"
        % (port, cookie.encode())
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(1)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(answer.decode("latin-1"))
    # Client frames are masked; a mask of zeros changes nothing.
    line.sendall(bytes([0x81, 0x80 | len(_RESUME), 0, 0, 0, 0]) + _RESUME)
    return Panel(line)


def main() -> None:
    """Open the sockets, count until standard input ends."""
    port, count = int(sys.argv[1]), int(sys.argv[2])
    selector = selectors.DefaultSelector()
    panels = [opened(port, sys.argv[3]) for _ in range(count)]
    for panel in panels:
        selector.register(panel.socket, selectors.EVENT_READ, panel)
    selector.register(sys.stdin, selectors.EVENT_READ)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while True:
        for key, _ in selector.select():
            if key.data is not None:
                key.data.take(key.data.socket.recv(262_144))
            elif not sys.stdin.readline():
                return
            else:
                frames = sum(panel.frames for panel in panels)
                size = sum(panel.size for panel in panels)
                sys.stdout.write(json.dumps({"frames": frames, "bytes": size}) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
