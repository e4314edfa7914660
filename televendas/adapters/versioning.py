"""Finds a record's version where its source has it: the binary log, a column, or the offset."""

from typing import Any, Final

from msgspec import UNSET

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters.wire import Position
from televendas.domain import versions

_LAST: Final = frozenset({"last", "last_in_data_collection"})
_MOST_DIGITS: Final = 20


def of_position(position: Position | None) -> str | None:
    """Return the version of a place in the binary log, or None where no place is told.

    Raises PoisonError for a place that cannot be.
    """
    if position is None or not position.file or position.pos is None:
        return None
    try:
        return versions.of_binlog(position.file, position.pos, position.row or 0)
    except versions.NotAVersionError:
        raise PoisonError("bad_version") from None


def of_value(value: object) -> str:
    """Return the version that a column holds; raises PoisonError for what is no number."""
    try:
        if isinstance(value, str):
            return versions.of_text(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return versions.of_number(value)
    except (versions.NotAVersionError, ValueError):
        raise PoisonError("bad_version") from None
    raise PoisonError("bad_version", "neither a number nor its digits")


def of_offset(record: Record) -> str:
    """Return the version of a record whose source has none."""
    return versions.of_number(record.offset)


def position_beside(row: Any, record: Record) -> Position | None:
    """Return the place that a flattened row tells in its added fields, or else in its headers.

    `row` is None for a tombstone, which can have it in its headers alone.
    """
    if row is not None and row.flat_file is not UNSET:
        return _position(row.flat_file, row.flat_pos, row.flat_row, row.flat_snapshot)
    headers = [_header(record, name) for name in ("file", "pos", "row", "snapshot")]
    return None if headers[0] is None else _position(*headers)


def ends_snapshot(position: Position | None) -> bool:
    """Tell whether a record is the last of a full snapshot."""
    return position is not None and position.snapshot in _LAST


def _header(record: Record, name: str) -> str | None:
    value = record.header(f"__source_{name}")
    return None if value is None else value.strip('"')


def _position(file: object, pos: object, row: object, snapshot: object) -> Position:
    return Position(
        file=file if isinstance(file, str) else None,
        pos=_number(pos),
        row=_number(row),
        snapshot=snapshot if isinstance(snapshot, str) else None,
    )


def _number(value: object) -> int | None:
    if value is UNSET or value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= _MOST_DIGITS
    ):
        return int(value)
    raise PoisonError("bad_version", "a place that is no number")
