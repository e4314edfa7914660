"""Makes every Kafka client of the project from the settings; nothing else constructs one."""

import atexit
import contextlib
import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from django.conf import settings

from messaging.narrator import Narrator

FLUSH_SECONDS: Final = 10.0

_COMMON: Final[dict[str, Any]] = {
    "statistics.interval.ms": 0,
    # A broker that comes back is found within two seconds instead of ten.
    "reconnect.backoff.max.ms": 2000,
}
_PRODUCER: Final[dict[str, Any]] = {
    "enable.idempotence": True,
    "acks": "all",
    "linger.ms": 5,
    "partitioner": "murmur2_random",
}
_CONSUMER: Final[dict[str, Any]] = {
    "enable.auto.commit": True,
    "auto.commit.interval.ms": 1000,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",
    "allow.auto.create.topics": False,
    # What may wait in the client's memory, and how soon it asks again once that was too much. A
    # few batches are enough: they are worked off more slowly than others come.
    "queued.min.messages": 2000,
    "queued.max.messages.kbytes": 2048,
    "fetch.queue.backoff.ms": 10,
    # What one answer brings beyond that limit; a larger record still comes, by itself.
    "fetch.max.bytes": 1024 * 1024,
    "max.partition.fetch.bytes": 256 * 1024,
}
_TAIL: Final[dict[str, Any]] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "earliest",
}
# Makes the client say when it has a connection; nothing here is said per record or request.
_NARRATED: Final = {"debug": "broker"}
_CLASSIC: Final = {"partition.assignment.strategy": "cooperative-sticky"}

_logger = logging.getLogger("messaging.client")
narrator: Final = Narrator(_logger)
_lock = threading.Lock()
_producers: dict[tuple[tuple[str, Any], ...], Producer] = {}
# A child keeps its parent's producers alive and untouched: destroying one there would hang.
_inherited: list[Producer] = []


def producer(**extra: Any) -> Producer:
    """Return this process's producer: idempotent, `acks=all`, flushed at exit.

    There is one for each set of options (`extra` are librdkafka's, dots written as underscores),
    made at the first call after a fork: one made before a fork never delivers in the child.
    """
    options = _options({**_PRODUCER, **_NARRATED}, extra)
    key = tuple(sorted(options.items()))
    with _lock:
        if key not in _producers:
            _producers[key] = Producer(options, logger=narrator)
        return _producers[key]


def discard(spent: Producer) -> None:
    """Forget a producer that must not be used again, and what still waits in it."""
    with _lock:
        for key in [key for key, made in _producers.items() if made is spent]:
            del _producers[key]
    spent.purge()
    # An ended producer says so once more here.
    with contextlib.suppress(KafkaException):
        spent.flush(0)


def flush(seconds: float = FLUSH_SECONDS) -> int:
    """Wait up to `seconds` for what this process has produced; return how much is left over.

    Processes that end by `os._exit` call it themselves.
    """
    return sum(each.flush(seconds) for each in _producers.values() if len(each))


def consumer(
    group: str, *, on_error: Callable[[Any], None] | None = None, **extra: Any
) -> Consumer:
    """Return a new member of `group` (the settings' prefix is added), for `subscribe`.

    Offsets move only when they are stored by hand; a missing offset is an error, never a jump.
    `on_error` gets the client's own errors (`KafkaError`), from within `poll` or `consume`.
    """
    protocol = settings.KAFKA_GROUP_PROTOCOL
    defaults = {**_CONSUMER, **_NARRATED, "group.protocol": protocol}
    defaults["group.id"] = group_id(group)
    if protocol == "classic":
        defaults |= _CLASSIC
    if on_error is not None:
        defaults["error_cb"] = on_error
    return Consumer(_options(defaults, extra), logger=narrator)


def tail_consumer(**extra: Any) -> Consumer:
    """Return a consumer for `assign`: it reads where it is told and commits nothing."""
    # librdkafka wants a group even of a consumer that never joins one.
    defaults = {**_TAIL, **_NARRATED, "group.id": f"tail-{uuid4()}"}
    return Consumer(_options(defaults, extra), logger=narrator)


def asking(group: str = "", **extra: Any) -> Consumer:
    """Return a client to ask with, polled rarely or never: metadata, watermarks, offsets, ranges.

    It joins nothing and logs nothing, for its lines would pile up unread, and through each outage
    of the broker cost more: what goes wrong is raised to whoever asks. `group` is whose offsets.
    """
    named = {"group.id": group_id(group) if group else f"tail-{uuid4()}", "log_level": 0}
    return Consumer(_options({**_TAIL, **named}, extra))


def admin(**extra: Any) -> AdminClient:
    """Return a new admin client: topics, offsets, groups.

    Hold on to it until its futures are done; they fail with `_DESTROY` when it is collected. Its
    `poll` logs what it has to say; one that is kept and not polled takes `log_level=0`.
    """
    return AdminClient(_options({}, extra), logger=narrator)


def serve() -> None:
    """Take in what this process's producers have to say, which piles up in them otherwise.

    For threads that go round anyway: a producer that is rarely used is polled by nobody else.
    """
    for each in list(_producers.values()):
        each.poll(0)


def group_id(name: str) -> str:
    """Return the Kafka group of the consumer called `name`."""
    return f"{settings.KAFKA_GROUP_PREFIX}{name}"


def _options(defaults: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    # The one option that has an underscore of its own.
    named = {
        name if name == "log_level" else name.replace("_", "."): value
        for name, value in extra.items()
    }
    bootstrap = {"bootstrap.servers": settings.KAFKA_BOOTSTRAP_SERVERS}
    return {**_COMMON, **bootstrap, **settings.KAFKA_CLIENT_OPTIONS, **defaults, **named}


def _flush_at_exit() -> None:
    narrator.hush()
    if left := flush():
        _logger.error("the process ends and leaves %s records undelivered", left)


def _start_afresh_in_child() -> None:
    _inherited.extend(_producers.values())
    _producers.clear()
    _lock.release()


os.register_at_fork(
    before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_start_afresh_in_child
)
atexit.register(_flush_at_exit)
