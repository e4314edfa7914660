"""Turns database URLs into Django's settings, with the options that money needs."""

from pathlib import Path
from typing import Any

import environ

_MYSQL_OPTIONS: dict[str, Any] = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "init_command": (
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',"
        " innodb_lock_wait_timeout=5"
    ),
    "connect_timeout": 5,
}
# Immediate transactions take the write lock at BEGIN, so that two writers wait instead of failing.
_SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON;"
    ),
}


def database(env: environ.Env, variable: str, default_file: Path) -> dict[str, Any]:
    """Return the settings of the database named by the environment's `variable`.

    Without it: a SQLite file at `default_file`. Connections are kept and checked before use.
    """
    parsed: dict[str, Any] = env.db_url(variable, default=f"sqlite:///{default_file}")
    is_sqlite = parsed["ENGINE"] == "django.db.backends.sqlite3"
    parsed["ENGINE"] = f"django_prometheus.db.backends.{'sqlite3' if is_sqlite else 'mysql'}"
    options = _SQLITE_OPTIONS if is_sqlite else _MYSQL_OPTIONS
    parsed["OPTIONS"] = {**options, **parsed.get("OPTIONS", {})}
    parsed["CONN_MAX_AGE"] = None
    parsed["CONN_HEALTH_CHECKS"] = True
    if is_sqlite:
        parsed["TEST"] = {"NAME": str(default_file.with_name(f"test_{default_file.name}"))}
    return parsed
