"""What a merchant's secret looks like, so that people and scanners recognise a leaked one."""

import zlib
from typing import Final

PREFIX: Final = "trilho_sk_"
RANDOM_BYTES: Final = 32
MOST_LIVE: Final = 2
HINT_LENGTH: Final = 4
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_LENGTH: Final = 43  # 62 ** 43 holds 256 bits
_CHECKSUM_LENGTH: Final = 6  # 62 ** 6 holds 32 bits


def compose_secret(random: bytes) -> str:
    """Return the secret made of `random` (32 bytes): prefix, body in base 62, checksum.

    Raises ValueError for another number of bytes.
    """
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a secret is made of {RANDOM_BYTES} random bytes")
    body = _base62(int.from_bytes(random), _BODY_LENGTH)
    return PREFIX + body + _checksum(body)


def hint_of(secret: str) -> str:
    """Return the end of the secret's checksum, by which its owner tells two secrets apart."""
    return secret[-HINT_LENGTH:]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
