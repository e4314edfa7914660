"""Every branch between MySQL/MariaDB and SQLite in the SQL that telesales writes by hand.

Both families judge row by row whether what comes is newer than what is there, so that no order of
batches, and no process that was thought dead, can put an older row in the place of a newer one.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

_DATA: Final = ("name", "phone", "phone_problem", "region")
_IDENTITY: Final = ("source", "customer_id")
_READ: Final = ("last_read", "last_place")

SQLITE_EMPTY_LOG: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
"""Moves SQLite's write-ahead log into the file and empties it; answers (is busy, pages, moved)."""


def sqlite_patience(milliseconds: int) -> str:
    """Return what makes a SQLite connection wait so long for a lock."""
    return f"PRAGMA busy_timeout = {milliseconds}"


@cache
def write_if_newer(vendor: str, table: str, *, has_phone: bool) -> str:
    """Return what follows the INSERT of people who are there, for rows that exist already.

    The write applies if its version is newer than a delete's, or as new as a write's; never to an
    erased person. Without a column `phone` the phone becomes null. `changed_at` and `retain_until`
    move only if the row becomes another: a snapshot that says the same again changes neither.
    """
    own, new = _own(vendor, table), _new(vendor)
    applies = (
        f"({own('state')} = 'present' AND {new('version')} >= {own('version')}"
        f" OR {own('state')} = 'deleted' AND {new('version')} > {own('version')})"
    )
    coming = {column: new(column) for column in _DATA} | ({} if has_phone else {"phone": "NULL"})
    same = " AND ".join(_is_same(vendor, own(name), text) for name, text in coming.items())
    differs = f"({applies} AND NOT ({own('state')} = 'present' AND {same}))"
    changes = {name: (differs, new(name)) for name in ("changed_at", "retain_until")}
    changes["first_seen_at"] = (
        f"{applies} AND {own('first_seen_at')} IS NULL",
        new("first_seen_at"),
    )
    changes |= {name: (applies, new(name)) for name in _IDENTITY}
    changes |= {name: (applies, text) for name, text in coming.items()}
    changes |= {name: (f"{own('state')} <> 'erased'", new(name)) for name in _READ}
    # MySQL assigns from left to right and sees what it assigned before: what the conditions ask
    # for comes last, the state first, for a state made `present` lets the version follow.
    changes |= {"state": (applies, "'present'"), "version": (applies, new("version"))}
    return _on_conflict(vendor, own, changes)


@cache
def clear_if_newer(vendor: str, table: str, *, is_erased: bool) -> str:
    """Return what follows the INSERT of people who are gone, for rows that exist already.

    A delete applies if it is as new as what is there, an erasure always; it takes everything but
    the hash, the version and the state.
    """
    own, new = _own(vendor, table), _new(vendor)
    applies = (
        f"({own('state')} <> 'erased' OR {new('version')} > {own('version')})"
        if is_erased
        else f"({own('state')} <> 'erased' AND {new('version')} >= {own('version')})"
    )
    emptied = (*_IDENTITY, *_DATA, "first_seen_at", "retain_until", "changed_at", *_READ)
    # In this order the condition says the same to the end, see above.
    changes = {name: (applies, new(name)) for name in (*emptied, "version", "state")}
    return _on_conflict(vendor, own, changes)


_Column = Callable[[str], str]


def _own(vendor: str, table: str) -> _Column:
    return lambda name: name if vendor == "mysql" else f"{table}.{name}"


def _new(vendor: str) -> _Column:
    return lambda name: f"VALUES({name})" if vendor == "mysql" else f"excluded.{name}"


def _is_same(vendor: str, one: str, other: str) -> str:
    # By bytes: to the columns' own collation a corrected accent would be no change.
    if vendor == "mysql":
        return f"CAST({one} AS BINARY) <=> CAST({other} AS BINARY)"
    return f"{one} IS {other}"


def _on_conflict(vendor: str, own: _Column, changes: Mapping[str, tuple[str, str]]) -> str:
    if vendor == "mysql":
        parts = [f"{name} = IF({when}, {then}, {name})" for name, (when, then) in changes.items()]
        return f" ON DUPLICATE KEY UPDATE {', '.join(parts)}"
    parts = [
        f"{name} = CASE WHEN {when} THEN {then} ELSE {own(name)} END"
        for name, (when, then) in changes.items()
    ]
    return f" ON CONFLICT (person) DO UPDATE SET {', '.join(parts)}"
