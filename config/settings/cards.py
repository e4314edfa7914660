"""The keys of the card vault; `CARDS_KEYS=2026a=<64 hex digits>,2026b=<64 hex digits>`.

To rotate: add a key and keep `CARDS_CURRENT_KEY` on the old one, restart every process, then
make the new one current and restart again, so that no process meets a key that it does not hold.
"""

import hashlib

import environ

env = environ.Env()

# Public, so worthless: production settings refuse to start on them.
CARDS_DEVELOPMENT_KEY_ID = "dev"
_DEVELOPMENT_KEY = hashlib.sha256(b"trilho: the development card key").hexdigest()
_DEVELOPMENT_FINGERPRINT_KEY = hashlib.sha256(b"trilho: the development fingerprints").hexdigest()


def _keys() -> dict[str, bytes]:
    given: dict[str, str] = env.dict(
        "CARDS_KEYS", default={CARDS_DEVELOPMENT_KEY_ID: _DEVELOPMENT_KEY}
    )
    return {key_id: bytes.fromhex(key) for key_id, key in given.items()}


CARDS_KEYS: dict[str, bytes] = _keys()
CARDS_CURRENT_KEY: str = env.str("CARDS_CURRENT_KEY", default=next(iter(CARDS_KEYS)))
CARDS_FINGERPRINT_KEY: bytes = bytes.fromhex(
    env.str("CARDS_FINGERPRINT_KEY", default=_DEVELOPMENT_FINGERPRINT_KEY)
)
CARDS_USES_DEVELOPMENT_KEYS: bool = (
    bytes.fromhex(_DEVELOPMENT_KEY) in CARDS_KEYS.values()
    or CARDS_FINGERPRINT_KEY.hex() == _DEVELOPMENT_FINGERPRINT_KEY
)
