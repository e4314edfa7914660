"""The rules of webhooks: what can be told, how it is signed, when it is tried again."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

# Decision's status -> the event that tells of it.
EVENT_OF_STATUS: Final[Mapping[str, str]] = {
    "approved": "transaction.approved",
    "rejected": "transaction.rejected",
}
EVENT_TYPES: Final = tuple(EVENT_OF_STATUS.values())
SIGNATURE_HEADER: Final = "Trilho-Signature"
# Between one try and the next: nearly two days in all, so that a night's outage is survived.
_DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
LONGEST_LIFE: Final = timedelta(days=3)
_OK: Final = range(200, 300)


def sign(secret: str, *, at: int, body: bytes) -> str:
    """Return the header's value: `t=<at, unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
    digest = hmac.digest(secret.encode(), b"%d." % at + body, "sha256")
    return f"t={at},v1={digest.hex()}"


def is_success(response_status: int | None) -> bool:
    """Say whether the answer means that the message arrived: any 2xx."""
    return response_status is not None and response_status in _OK


def retry_delay(failures: int, *, draw: float) -> timedelta | None:
    """Return how long to wait after `failures` failed tries, or None to give up.

    `draw` (0 to 1) is the jitter: between half the delay and the whole, so that the messages that
    failed together do not come back together.
    """
    if failures > len(_DELAYS):
        return None
    return _DELAYS[max(failures, 1) - 1] * (0.5 + draw / 2)
