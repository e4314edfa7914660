"""Remembers for some seconds which secrets were right, so that most requests ask no database."""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction

# A key of this process alone: the memory holds no secret and no stored digest.
_KEY: Final = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Merchant:
    """The merchant that a request comes from, as `request.user` and `request.auth`."""

    account_id: str
    name: str
    secret_id: str

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False

    @property
    def pk(self) -> str:
        """Return the account's id, under the name that middleware asks users for."""
        return self.account_id

    def __str__(self) -> str:
        return self.name


_lock = threading.Lock()
_entries: dict[bytes, tuple[float, Merchant]] = {}


def key_of(account_id: str, secret: str, address: str) -> bytes:
    """Return the memory's key; the address is part of it, since locks are per address."""
    return hmac.digest(_KEY, f"{account_id}\0{secret}\0{address}".encode(), "sha256")


def recall(key: bytes) -> Merchant | None:
    """Return the merchant verified under `key` not long ago, if there is one."""
    entry = _entries.get(key)
    if entry is None or entry[0] <= time.monotonic():
        return None
    return entry[1]


def remember(key: bytes, merchant: Merchant, *, at_most_seconds: float) -> None:
    """Keep the merchant for ACCOUNTS_CACHE_SECONDS, or for less where its secret ends sooner."""
    seconds = min(settings.ACCOUNTS_CACHE_SECONDS, at_most_seconds)
    if seconds <= 0:
        return
    with _lock:
        _entries.pop(key, None)
        while len(_entries) >= settings.ACCOUNTS_CACHE_SIZE:
            _entries.pop(next(iter(_entries)))
        _entries[key] = (time.monotonic() + seconds, merchant)


def forget(account_id: str) -> None:
    """Forget all that this process has verified of the account."""
    with _lock:
        for key in [key for key, entry in _entries.items() if entry[1].account_id == account_id]:
            del _entries[key]


def forget_now_and_after(account_id: str) -> None:
    """Forget the account now and when the running transaction commits.

    A request between the two may verify the old state again.
    """
    forget(account_id)
    transaction.on_commit(lambda: forget(account_id))


def forget_everything() -> None:
    """Forget all accounts, as a new process would."""
    with _lock:
        _entries.clear()
