"""What may go wrong around the shop on purpose: the bank falls silent for a while."""

import contextlib
from collections.abc import Iterator
from typing import Final

import psutil
from django.conf import settings

_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class NoBankHereError(Exception):
    """No process of this machine listens at the bank's address."""


@contextlib.contextmanager
def bank_silent() -> Iterator[None]:
    """Halt the bank's process inside the block: calls reach it and get no answer."""
    process = _bank()
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def _bank() -> psutil.Process:
    host, _, port = settings.BANK_ADDRESS.rpartition(":")
    if host in _LOCAL:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and connection.laddr[1:] == (int(port),) and connection.pid:
                return psutil.Process(connection.pid)
    raise NoBankHereError(f"no process here listens at {settings.BANK_ADDRESS}")
