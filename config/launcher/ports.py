"""Says which port is taken and by whom, before anything is started that would only say "in use"."""

import os
import random
import socket
from collections import deque
from collections.abc import Mapping

import psutil

LOOPBACK = "127.0.0.1"
FIRST, LAST = 15_000, 32_000
RANGE = "TRILHO_PORTS"
"""Names the ports to choose from, as `first-last`.

Runs beside each other need ranges apart: what one has chosen and not bound yet, none may take.
"""
# Two test runs side by side must not be seeded to the same choice.
_random = random.SystemRandom()
# Chosen, and perhaps not bound yet: whoever asks next must get others.
_given: deque[int] = deque(maxlen=256)


class PortTakenError(Exception):
    """Somebody else listens where one of our processes should; the text names both."""


def is_free(port: int) -> bool:
    """Tell whether a process of ours could listen on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port as `free_run` does."""
    return free_run(1)


def free_run(length: int) -> int:
    """Return the first of so many free ports in a row, below those of outgoing connections.

    A process that is killed leaves its port for a moment, and a client of anybody's could take it.
    What this process was given lately it is not given again.
    """
    lowest, highest = _range()
    while True:
        first = _random.randrange(lowest, highest - length)
        run = range(first, first + length)
        if not any(port in _given for port in run) and all(map(is_free, run)):
            _given.extend(run)
            return first


def _range() -> tuple[int, int]:
    lowest, _, highest = os.environ.get(RANGE, f"{FIRST}-{LAST}").partition("-")
    return int(lowest), int(highest)


def holder_of(port: int) -> str:
    """Name the process that listens on the port, empty where the system does not tell."""
    try:
        listening = [
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
            and connection.laddr
            and connection.laddr.port == port
        ]
        if listening and listening[0]:
            return f"{psutil.Process(listening[0]).name()} (process {listening[0]})"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        pass
    return ""


def require_free(wanted: Mapping[str, int], advice: str) -> None:
    """Raise PortTakenError naming every port of `wanted` (name to port) that is taken."""
    taken = [_complaint(name, port) for name, port in wanted.items() if not is_free(port)]
    if taken:
        raise PortTakenError(f"{'; '.join(taken)}. {advice}")


def _complaint(name: str, port: int) -> str:
    holder = holder_of(port)
    return f"port {port} ({name}) is taken{f' by {holder}' if holder else ''}"
