"""The doorbell: a loopback datagram that wakes the relay as soon as there is something to send.

The relay listens on a UDP port of 127.0.0.1: the one in MESSAGING_BELL_PORT, or where that is 0 any
free one, which it writes into MESSAGING_BELL_FILE. Whoever rings needs no answer: without a relay,
a port or a file nothing happens but that the relay finds the rows by itself a little later.
"""

import atexit
import contextlib
import select
import socket
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from django.conf import settings

_LOOPBACK: Final = "127.0.0.1"
_DRAIN_BYTES: Final = 16


class _Ringer:
    """The ringing end in this process: one socket, and the port as last read from the file."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        atexit.register(self._socket.close)
        self._port = 0
        self._read_at = 0

    def ring(self) -> None:
        port = settings.MESSAGING_BELL_PORT or self._port_from_file()
        if port:
            self._socket.sendto(b"!", (_LOOPBACK, port))

    def _port_from_file(self) -> int:
        path = Path(settings.MESSAGING_BELL_FILE)
        changed_at = path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._port = int(path.read_text("ascii"))
            self._read_at = changed_at
        return self._port


_ringer = _Ringer()


def ring() -> None:
    """Wake the relay of this machine; failing to is no error, it only costs a few milliseconds."""
    with contextlib.suppress(OSError, ValueError):
        _ringer.ring()


class Bell:
    """The relay's end: waits until somebody rings."""

    def __init__(self) -> None:
        """Listen; a port that is taken leaves the relay without a bell, looking by itself."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        with contextlib.suppress(OSError):
            self._socket.bind((_LOOPBACK, settings.MESSAGING_BELL_PORT))
            self._announce()

    @property
    def port(self) -> int:
        """Return the port it listens on, 0 where it could not have one."""
        port: int = self._socket.getsockname()[1]
        return port

    def wait(self, seconds: float) -> bool:
        """Return True as soon as somebody has rung, False after `seconds`."""
        ready, _, _ = select.select([self._socket], [], [], seconds)
        if ready:
            with contextlib.suppress(BlockingIOError):
                while self._socket.recv(_DRAIN_BYTES):
                    pass
        return bool(ready)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _announce(self) -> None:
        if settings.MESSAGING_BELL_PORT:
            return
        path = Path(settings.MESSAGING_BELL_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: a ringer never reads half a number.
        fresh = path.with_suffix(".new")
        fresh.write_text(str(self.port), "ascii")
        fresh.replace(path)
