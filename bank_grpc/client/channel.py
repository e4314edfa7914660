"""The way to the bank: one channel with its credentials, and one circuit breaker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import grpc
from django.conf import settings
from purgatory import SyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from bank_grpc.client.errors import BankUnavailable

# So many calls in a row that found no bank open the circuit; after so many seconds one may try.
FAILURES_TO_OPEN: Final = 5
SECONDS_OPEN: Final = 2.0
_OPTIONS: Final = (
    # We retry by ourselves, under the same key and within the caller's deadline.
    ("grpc.enable_retries", 0),
    # A bank that is back is found within this time.
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class TlsSettingsError(ValueError):
    """The settings' certificates are not whole; there is no falling back to plain text."""


def channel_to(address: str) -> grpc.Channel:
    """Return a channel as the settings want it; it connects when it is used. TlsSettingsError."""
    secret = _credentials()
    if secret is None:
        return grpc.insecure_channel(address, options=_OPTIONS)
    return grpc.secure_channel(address, secret, options=_OPTIONS)


def _credentials() -> grpc.ChannelCredentials | None:
    authority = settings.BANK_TLS_CA
    shown, key = settings.BANK_CLIENT_CERTIFICATE, settings.BANK_CLIENT_KEY
    if not authority:
        if shown or key or not settings.BANK_PLAINTEXT_ALLOWED:
            raise TlsSettingsError("BANK_TLS_CA is not set")
        return None
    if bool(shown) != bool(key):
        raise TlsSettingsError("BANK_CLIENT_CERTIFICATE and BANK_CLIENT_KEY belong together")
    pair = (Path(key).read_bytes(), Path(shown).read_bytes()) if key else (None, None)
    return grpc.ssl_channel_credentials(Path(authority).read_bytes(), *pair)


class Breaker:
    """Refuses calls at once while the bank is known to be away; shared by all threads.

    The library counts and decides; its states are not made for threads, so each of its two short
    steps has a lock around it, and the call between them has none.
    """

    def __init__(self, is_failure: Callable[[BaseException], bool]) -> None:
        """Count the errors of which `is_failure` says so."""
        self._lock = threading.Lock()
        factory = SyncCircuitBreakerFactory(
            default_threshold=FAILURES_TO_OPEN,
            default_ttl=SECONDS_OPEN,
            exclude=[(Exception, lambda error: not is_failure(error))],
        )
        self._circuit: Any = factory.get_breaker("bank")

    @contextmanager
    def around(self) -> Iterator[None]:
        """Let the call inside through and learn from it; raises BankUnavailable while open."""
        try:
            with self._lock:
                self._circuit.__enter__()
        except OpenedState:
            raise BankUnavailable("the bank did not answer a moment ago") from None
        try:
            yield
        except Exception as error:  # Raised again: the circuit judges which of them count.
            self._note(error)
            raise
        self._note(None)

    def _note(self, error: Exception | None) -> None:
        with self._lock:
            self._circuit.__exit__(error and type(error), error, None)
