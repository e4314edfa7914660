"""A relay between a client and a server on this machine, which counts the bytes both ways."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Final, Self

_CHUNK_BYTES: Final = 65_536


class Counted:
    """Passes on every connection to `port` while it is entered; `sent` and `received` are bytes."""

    def __init__(self, port: int) -> None:
        """Listen on a free port, `port` of this object afterwards."""
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.sent = 0
        self.received = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Begin to pass on."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more connections; those that are open end with their clients."""
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                for one, other, is_sent in ((client, server, True), (server, client, False)):
                    told = (one, other, is_sent)
                    threading.Thread(target=self._pass_on, args=told, daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, is_sent: bool) -> None:  # noqa: FBT001 - a thread's arguments
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            while found := one.recv(_CHUNK_BYTES):
                self._count(len(found), is_sent=is_sent)
                other.sendall(found)
            other.shutdown(socket.SHUT_WR)

    def _count(self, size: int, *, is_sent: bool) -> None:
        with self._lock:
            if is_sent:
                self.sent += size
            else:
                self.received += size
