"""Reads a record of any declared source into what telesales may know, and nothing more."""

from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed
from msgspec import UNSET

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters import versioning
from televendas.adapters.columns import Columns
from televendas.adapters.keys import Keys, identity
from televendas.adapters.unknown import UnknownFields
from televendas.adapters.wire import Position, Shapes
from televendas.domain.sources import Source, Version, declared
from televendas.events import CustomerRead

_NULL: Final = b"null"
_WRITES: Final = frozenset({"r", "c", "u"})
_DELETE: Final = "d"
_TRUNCATE: Final = "t"
_GONE: Final = ("true", True)


def read(record: Record) -> CustomerRead:
    """Return what `record` says of a customer; raises PoisonError, which quotes no payload.

    The first shape that fits is taken: a `payload` to unwrap; `op` with `before` or `after`; our
    own `customer_id`; a declared key column. No value, and the four bytes `null`, are tombstones.
    """
    return reader().read(record)


@cache
def reader() -> "Reader":
    """Return the reader of the sources that the settings declare."""
    return Reader(
        declared(settings.TELEVENDAS_SOURCES).sources,
        country=settings.TELEVENDAS_PHONE_COUNTRY,
        unknown=UnknownFields(settings.TELEVENDAS_KNOWN_FIELDS, settings.TELEVENDAS_FIELD_SAMPLE),
    )


def _forget_reader(*, setting: str, **_others: Any) -> None:
    if setting.startswith("TELEVENDAS_"):
        reader.cache_clear()


setting_changed.connect(_forget_reader)


class Reader:
    """Reads the records of `sources`, each with its columns looked up once."""

    def __init__(self, sources: list[Source], *, country: str, unknown: UnknownFields) -> None:
        """Understand national phone numbers of `country`; count `unknown` fields."""
        self._shapes = Shapes(column for source in sources for column in source.columns)
        self._columns = [Columns(source, self._shapes, country) for source in sources]
        self._by_key = [(columns.key, columns) for columns in self._columns]
        self._keys = Keys(sources)
        self._unknown = unknown
        unknown.allow(self._shapes.attributes)

    def read(self, record: Record) -> CustomerRead:
        """Return what `record` says; see the module's `read`."""
        value = record.value
        if value is None or value == _NULL:
            return self._tombstone(record)
        self._unknown.look(record)
        whole = self._opened(value)
        change = whole if whole.payload is UNSET else whole.payload
        if change is None:
            return self._tombstone(record)
        if change.op is not UNSET and not (change.after is UNSET and change.before is UNSET):
            return self._change(change, record)
        return self._flat(change, record)

    def _opened(self, value: bytes) -> Any:
        try:
            return self._shapes.whole(value)
        except PoisonError:
            row = self._shapes.row(value)
            if row is None or self._find(row) is None:
                raise
            return _Bare(row)

    def _tombstone(self, record: Record) -> CustomerRead:
        columns, customer_id = self._owner(record)
        version = None
        if columns.source.version is Version.OFFSET:
            version = versioning.of_offset(record)
        elif columns.source.version is Version.BINLOG:
            version = versioning.of_position(versioning.position_beside(None, record))
        return columns.gone(customer_id, version)

    def _change(self, change: Any, record: Record) -> CustomerRead:
        position = None if change.source is UNSET else change.source
        if change.op == _TRUNCATE:
            return self._truncated(position, record)
        if change.op == _DELETE:
            return self._deleted(change.before, position, record)
        if change.op not in _WRITES:
            raise PoisonError("unknown_op")
        if change.after is UNSET or change.after is None:
            raise PoisonError("missing_field", "after")
        return self._columns_of(change.after).read(change.after, position, record)

    def _flat(self, row: Any, record: Record) -> CustomerRead:
        columns = self._columns_of(row)
        is_captured = columns.source.version is Version.BINLOG
        position = versioning.position_beside(row, record) if is_captured else None
        if row.flat_deleted in _GONE or row.flat_op == _DELETE:
            return self._deleted(row, position, record)
        return columns.read(row, position, record)

    def _deleted(self, row: Any, position: Position | None, record: Record) -> CustomerRead:
        columns = None if row is UNSET or row is None else self._find(row)
        if columns is None:
            columns, customer_id = self._owner(record)
        else:
            customer_id = identity(getattr(row, columns.key))
        return columns.gone(customer_id, columns.version(row, position, record))

    def _truncated(self, position: Position | None, record: Record) -> CustomerRead:
        """Read "nobody is left" as a snapshot that nobody was in."""
        captured = [each for each in self._columns if each.source.version is Version.BINLOG]
        if len(captured) != 1:
            raise PoisonError("unknown_source", "whose table was emptied is not told")
        return CustomerRead(
            origin=captured[0].source.name,
            customer_id="",
            version=captured[0].version(None, position, record),
            snapshot_ends=True,
        )

    def _find(self, row: Any) -> Columns | None:
        for key, columns in self._by_key:
            if getattr(row, key) is not UNSET:
                return columns
        return None

    def _columns_of(self, row: Any) -> Columns:
        columns = self._find(row)
        if columns is None:
            raise PoisonError("unknown_source", "no declared key column")
        return columns

    def _owner(self, record: Record) -> tuple[Columns, str]:
        source, customer_id = self._keys.customer(record)
        return next(each for each in self._columns if each.source is source), customer_id


class _Bare:
    """A row without a frame, seen as one with an empty frame."""

    payload = op = before = after = source = UNSET

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
