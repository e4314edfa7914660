"""Classes a failure by its type, which decides between trying again and the dead letters."""

import enum
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from django.db import InterfaceError, OperationalError

from messaging.coordinator import MOVING
from messaging.errors import PoisonError, TransientError

# Contention undoes one transaction; it is tried again whole.
_CONTENTION: Final = frozenset({1205, 1213, 1020})
_CONNECTION_LOST: Final = frozenset({2002, 2003, 2006, 2013})
# The server goes down, is full, or takes no more connections.
_SERVER_BUSY: Final = frozenset({1021, 1040, 1053, 1114, 1203, 1290, 1836})
_BROKER_AWAY: Final = MOVING | frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - librdkafka's own codes are named so
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._MSG_TIMED_OUT,  # noqa: SLF001
        KafkaError._QUEUE_FULL,  # noqa: SLF001
        KafkaError._WAIT_COORD,  # noqa: SLF001
    }
)
_SQLITE_BUSY: Final = ("database is locked", "database table is locked", "disk is full")


class Failure(enum.Enum):
    """What becomes of a record that failed."""

    OUTAGE = "outage"
    """Database or broker are away: every partition waits, then all is tried again."""
    TRANSIENT = "transient"
    """This record may succeed later: its partition waits, without end."""
    POISON = "poison"
    """This record never will succeed: dead letter at once."""
    UNKNOWN = "unknown"
    """Nobody foresaw it, mostly a bug: a few attempts, then dead letter."""


_BY_TYPE: Final[tuple[tuple[type[BaseException], Failure], ...]] = (
    (PoisonError, Failure.POISON),
    (TransientError, Failure.TRANSIENT),
    (InterfaceError, Failure.OUTAGE),
    (TimeoutError, Failure.TRANSIENT),
    (ConnectionError, Failure.TRANSIENT),
)


def classify(error: BaseException) -> Failure:
    """Return the class of `error`.

    A lost connection at COMMIT leaves the outcome unknown; it may be tried again all the same,
    because the transaction's first statement inserted the inbox's unique key.
    """
    if isinstance(error, OperationalError):
        return _classify_database_error(error)
    if isinstance(error, KafkaException):
        return _classify_kafka_error(error)
    for kind, failure in _BY_TYPE:
        if isinstance(error, kind):
            return failure
    return Failure.UNKNOWN


def _classify_database_error(error: OperationalError) -> Failure:
    code = error.args[0] if error.args else None
    if code in _CONTENTION:
        return Failure.TRANSIENT
    if code in _CONNECTION_LOST or code in _SERVER_BUSY:
        return Failure.OUTAGE
    if isinstance(code, str) and any(words in code for words in _SQLITE_BUSY):
        return Failure.OUTAGE
    return Failure.UNKNOWN


def _classify_kafka_error(error: KafkaException) -> Failure:
    reason = error.args[0] if error.args else None
    if not isinstance(reason, KafkaError):
        return Failure.UNKNOWN
    is_away = reason.retriable() or reason.code() in _BROKER_AWAY
    return Failure.OUTAGE if is_away else Failure.UNKNOWN
