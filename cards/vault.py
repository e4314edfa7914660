"""Keeps card numbers and other secrets unreadable at rest, under keys that can be rotated.

A sealed text is `v1.<key id>.<base64url of nonce and ciphertext>`: AES-256-GCM with a random
96-bit nonce; version, key id and context are authenticated with it. (Random nonces are safe for
2^32 texts under one key: rotate the key before that.)
"""

import os
import re
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections import deque
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cards import rules

VERSION: Final = "v1"
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NONCES_AT_ONCE: Final = 128
_FINGERPRINT_BYTES: Final = 24
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_PADDING: Final = (b"", b"===", b"==", b"=")
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


class VaultError(Exception):
    """Base of what the vault raises; no text of it ever quotes what was sealed."""


class BadKeyError(VaultError):
    """A key has the wrong length, a key id the wrong letters, or the current key is missing."""


class UnknownKeyError(VaultError):
    """The text is sealed under a key that this vault does not hold."""


class BrokenSealError(VaultError):
    """The text is no seal, was altered, or was sealed for another context."""


class _Nonces:
    """Random nonces, taken from the kernel by the hundred; a forked process takes its own.

    Each is handed out once: `deque.pop` is atomic, and what a parent held is dropped by its child.
    """

    def __init__(self) -> None:
        self._held: deque[bytes] = deque()
        os.register_at_fork(after_in_child=self._held.clear)

    def take(self) -> bytes:
        try:
            return self._held.pop()
        except IndexError:
            fresh = os.urandom(_NONCE_BYTES * _NONCES_AT_ONCE)
        starts = range(_NONCE_BYTES, len(fresh), _NONCE_BYTES)
        self._held.extend(fresh[start : start + _NONCE_BYTES] for start in starts)
        return fresh[:_NONCE_BYTES]


_nonces: Final = _Nonces()


class Vault:
    """Seals with the current key, opens with any of its keys, and makes keyed fingerprints."""

    def __init__(self, keys: Mapping[str, bytes], current: str, fingerprint_key: bytes) -> None:
        """Take 32-byte keys by id; raises BadKeyError when they cannot be used."""
        if current not in keys:
            raise BadKeyError("the current key id names none of the keys")
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
                raise BadKeyError(f"key {key_id[:32]!r}: want [A-Za-z0-9_-]{{1,32}} and 32 bytes")
        if len(fingerprint_key) < KEY_BYTES:
            raise BadKeyError("the fingerprint key needs at least 32 bytes")
        self._ciphers = {f"{VERSION}.{key_id}": AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._fingerprints = rules.Hmac(fingerprint_key)

    def seal(self, text: str, *, context: str = "") -> str:
        """Return `text` sealed under the current key; only the same `context` opens it again."""
        nonce = _nonces.take()
        prefix = f"{VERSION}.{self._current}"
        cipher = self._ciphers[prefix]
        sealed = nonce + cipher.encrypt(nonce, text.encode(), f"{prefix}.{context}".encode())
        return f"{prefix}.{urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def open(self, sealed: str, *, context: str = "") -> str:
        """Return the text; raises BrokenSealError, or UnknownKeyError when the key is not here."""
        prefix, _, body = sealed.rpartition(".")
        cipher = self._ciphers.get(prefix)
        if cipher is None:
            raise _no_cipher(prefix)
        try:
            data = _from_base64url(body)
            plain = cipher.decrypt(
                data[:_NONCE_BYTES], data[_NONCE_BYTES:], f"{prefix}.{context}".encode()
            )
            return plain.decode()
        except (InvalidTag, ValueError):
            # `from None`: the cause may hold pieces of the text
            raise BrokenSealError("the seal is broken") from None

    def is_current(self, sealed: str) -> bool:
        """Say whether `sealed` is under the current key, so that old ones can be sealed anew."""
        return sealed.startswith(f"{VERSION}.{self._current}.")

    def fingerprint(self, number: str) -> str:
        """Return 32 letters that are the same for the same number and say nothing else of it.

        The fingerprint's key does not rotate with the others: a new one makes new fingerprints.
        """
        digest = self._fingerprints.digest(number.encode())
        return urlsafe_b64encode(digest[:_FINGERPRINT_BYTES]).decode()

    @staticmethod
    def mask(number: str) -> str:
        """Return the number with all but its last four digits starred out."""
        return rules.mask(number)


def _no_cipher(prefix: str) -> VaultError:
    version, dot, _ = prefix.partition(".")
    if version != VERSION or not dot:
        return BrokenSealError("not a sealed text")
    return UnknownKeyError("sealed under a key that is not here")


def _from_base64url(text: str) -> bytes:
    # the standard library's own reader passes over letters that do not belong
    padding = _PADDING[len(text) % 4]
    return a2b_base64(text.encode().translate(_STANDARD) + padding, strict_mode=True)
