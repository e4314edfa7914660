"""Which partition a key's records stand in, as every Kafka client of the project decides it."""

from typing import Final

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF
_POSITIVE: Final = 0x7FFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """Return the partition of `key` by `murmur2_random`, Java's default partitioner."""
    return (murmur2(key.encode()) & _POSITIVE) % partitions


def murmur2(key: bytes) -> int:
    """Return Kafka's hash of `key` as unsigned 32 bits."""
    value = _SEED ^ len(key)
    whole = len(key) & ~3
    for index in range(0, whole, 4):
        word = int.from_bytes(key[index : index + 4], "little") * _MULTIPLIER & _MASK
        word = (word ^ word >> 24) * _MULTIPLIER & _MASK
        value = value * _MULTIPLIER & _MASK ^ word
    if key[whole:]:
        value = (value ^ int.from_bytes(key[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ value >> 13) * _MULTIPLIER & _MASK
    return value ^ value >> 15
