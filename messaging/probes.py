"""What the probes of a consumer process look at."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, TypedDict

from django.db import DEFAULT_DB_ALIAS, Error, connections

from messaging import metrics
from messaging.health import HALTED, Check
from messaging.runtime import Runtime

_TURNS_OF_A_STANDBY: Final = 10


class Probes(TypedDict):
    """The two sets of checks that `health.serve` takes."""

    alive: Mapping[str, Check]
    ready: Mapping[str, Check]


def of(runtimes: Mapping[str, Runtime], broker: Check, databases: Iterable[str]) -> Probes:
    """Return the probes of a process that runs `runtimes`; their ages become gauges too.

    Being alive means progress; being ready means, besides, that partitions, broker and the
    `databases` of these aliases are there.
    """
    for name, runtime in runtimes.items():
        metrics.HEARTBEAT_AGE.labels(name).set_function(runtime.heartbeat.age)
        metrics.PARTITIONS.labels(name).set_function(partial(_partitions, runtime))
        metrics.HALTED.labels(name).set_function(partial(_halted, runtime))
        metrics.PAUSED.labels(name).set_function(partial(_paused, runtime))
    alive: dict[str, Check] = {n: partial(_stalled, runtime) for n, runtime in runtimes.items()}
    ready: dict[str, Check] = {n: partial(_unready, runtime) for n, runtime in runtimes.items()}
    stores: dict[str, Check] = {_name(alias): partial(database, alias) for alias in databases}
    return {"alive": alive, "ready": {**ready, "broker": broker, **stores}}


def _name(alias: str) -> str:
    return "database" if alias == DEFAULT_DB_ALIAS else f"database {alias}"


def _partitions(runtime: Runtime) -> float:
    return len(runtime.holdings)


def _paused(runtime: Runtime) -> float:
    return sum(each.is_paused for each in runtime.holdings)


def _halted(runtime: Runtime) -> float:
    return bool(runtime.halted_by)


def _stalled(runtime: Runtime) -> str | None:
    # A halted loop is to be seen, not to be started again: that would not cure it.
    if runtime.halted_by or runtime.heartbeat.is_alive():
        return None
    return f"no progress for {runtime.heartbeat.age():.0f} s"


def _unready(runtime: Runtime) -> str | None:
    if runtime.halted_by:
        return f"{HALTED}: {runtime.halted_by}"
    if runtime.holdings.unsettled():
        return "settling where it starts"
    # With more members than partitions one may stand by for ever, and is ready to step in.
    if not len(runtime.holdings) and runtime.heartbeat.turns < _TURNS_OF_A_STANDBY:
        return "waiting for partitions"
    return _stalled(runtime)


def database(alias: str = DEFAULT_DB_ALIAS) -> str | None:
    """Say what keeps this process from the database `alias`, None when it answers."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return type(error).__name__
    finally:
        connections[alias].close()
    return None
