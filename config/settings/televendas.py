"""Telesales: the key behind its hashes, how long it keeps people, when and how often it may ask."""

import hashlib

import environ

env = environ.Env()

# Public, so worthless: production settings refuse to start on it.
_DEVELOPMENT_KEY = hashlib.sha256(b"trilho: the development telesales key").hexdigest()

# Makes the hashes of people and phones: 64 hex digits. Whoever loses it forgets who was erased.
TELEVENDAS_KEY: bytes = bytes.fromhex(env.str("TELEVENDAS_KEY", default=_DEVELOPMENT_KEY))
TELEVENDAS_USES_DEVELOPMENT_KEY: bool = TELEVENDAS_KEY.hex() == _DEVELOPMENT_KEY
# Days that a customer is kept after the last change at the source.
TELEVENDAS_RETENTION_DAYS: int = env.int("TELEVENDAS_RETENTION_DAYS", default=730)
TELEVENDAS_REVEALS_PER_DAY: int = env.int("TELEVENDAS_REVEALS_PER_DAY", default=100)
# The group whose members see the telesales pages, and nothing else.
TELEVENDAS_GROUP = "televendas"
