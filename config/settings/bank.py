"""The bank: its keys, where it listens, how many calls it takes at once, how it is reached."""

import hashlib

import environ

env = environ.Env()

# Public, so worthless: production settings refuse to start on it.
_DEVELOPMENT_KEY = hashlib.sha256(b"trilho: the development bank key").hexdigest()

# Makes CVVs, and the hashes of payment tokens, invitations and requests: 64 hex digits. It cannot
# be rotated without giving every card a new CVV.
BANK_KEY: bytes = bytes.fromhex(env.str("BANK_KEY", default=_DEVELOPMENT_KEY))
BANK_USES_DEVELOPMENT_KEY: bool = BANK_KEY.hex() == _DEVELOPMENT_KEY
# Where the shop's checkout finds the bank, as host:port.
BANK_ADDRESS: str = env.str("BANK_ADDRESS", default="127.0.0.1:50052")

# Threads for all calls but `Payment`, which runs on the event loop; and how many calls of any kind
# may wait or run in all: more get RESOURCE_EXHAUSTED.
BANK_THREADS: int = env.int("BANK_THREADS", default=32)
BANK_CALLS_AT_ONCE: int = env.int("BANK_CALLS_AT_ONCE", default=256)
# The server's certificate and its key, PEM files, read again when they change; and the authority of
# its callers' certificates, with which every caller must show one (mutual TLS).
BANK_TLS_CERTIFICATE: str = env.str("BANK_TLS_CERTIFICATE", default="")
BANK_TLS_KEY: str = env.str("BANK_TLS_KEY", default="")
BANK_TLS_CLIENT_CA: str = env.str("BANK_TLS_CLIENT_CA", default="")
# Our own client's side: the authority of the bank's certificate, and what to show the bank.
BANK_TLS_CA: str = env.str("BANK_TLS_CA", default="")
BANK_CLIENT_CERTIFICATE: str = env.str("BANK_CLIENT_CERTIFICATE", default="")
BANK_CLIENT_KEY: str = env.str("BANK_CLIENT_KEY", default="")
# Production allows plain text on a network of its own alone.
BANK_PLAINTEXT_ALLOWED = True
# Lets tools list the services; production switches it off.
BANK_REFLECTION: bool = env.bool("BANK_REFLECTION", default=True)

# How often housekeeping checks the money invariants; 0 is never.
BANK_INVARIANTS_SECONDS: int = env.int("BANK_INVARIANTS_SECONDS", default=600)
