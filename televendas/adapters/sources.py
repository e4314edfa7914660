"""Reads a record of any declared source into what telesales may know, and nothing more."""

from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed
from msgspec import UNSET

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters import phones, versioning
from televendas.adapters.keys import Keys, identity
from televendas.adapters.unknown import UnknownFields
from televendas.adapters.wire import Position, Shapes
from televendas.domain import names
from televendas.domain.sources import Flag, Source, Version, declared
from televendas.events import CustomerRead

_NULL: Final = b"null"
_WRITES: Final = frozenset({"r", "c", "u"})
_DELETE: Final = "d"
_TRUNCATE: Final = "t"
_GONE: Final = ("true", True)
_MISSING: Final = "missing"


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
        self._attributes = self._shapes.attributes
        self._sources = [(self._attributes[source.key], source) for source in sources]
        self._with_binlog = [each for each in sources if each.version is Version.BINLOG]
        self._keys = Keys(sources)
        self._country = country
        self._unknown = unknown
        unknown.allow(self._attributes)

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
            if row is None or self._source_of(row) is None:
                raise
            return _Bare(row)

    def _tombstone(self, record: Record) -> CustomerRead:
        source, customer_id = self._keys.customer(record)
        version = None
        if source.version is Version.OFFSET:
            version = versioning.of_offset(record)
        elif source.version is Version.BINLOG:
            version = versioning.of_position(versioning.position_beside(None, record))
        return _gone(source, customer_id, version)

    def _change(self, change: Any, record: Record) -> CustomerRead:
        position = None if change.source is UNSET else change.source
        if change.op == _TRUNCATE:
            return self._truncated(position)
        if change.op == _DELETE:
            return self._deleted(change.before, position, record)
        if change.op not in _WRITES:
            raise PoisonError("unknown_op")
        if change.after is UNSET or change.after is None:
            raise PoisonError("missing_field", "after")
        return self._row(change.after, position, record)

    def _deleted(self, row: Any, position: Position | None, record: Record) -> CustomerRead:
        source = None if row is UNSET or row is None else self._source_of(row)
        if source is None:
            source, customer_id = self._keys.customer(record)
        else:
            customer_id = identity(getattr(row, self._attributes[source.key]))
        return _gone(source, customer_id, self._version(source, row, position, record))

    def _truncated(self, position: Position | None) -> CustomerRead:
        """Read "nobody is left" as a snapshot that nobody was in."""
        if len(self._with_binlog) != 1:
            raise PoisonError("unknown_source", "whose table was emptied is not told")
        source = self._with_binlog[0]
        return CustomerRead(
            origin=source.name,
            customer_id="",
            version=self._version(source, None, position, None),
            snapshot_ends=True,
        )

    def _flat(self, row: Any, record: Record) -> CustomerRead:
        position = versioning.position_beside(row, record)
        if row.flat_deleted in _GONE or row.flat_op == _DELETE:
            return self._deleted(row, position, record)
        return self._row(row, position, record)

    def _row(self, row: Any, position: Position | None, record: Record) -> CustomerRead:
        source = self._source_of(row)
        if source is None:
            raise PoisonError("unknown_source", "no declared key column")
        customer_id = identity(getattr(row, self._attributes[source.key]))
        version = self._version(source, row, position, record)
        is_erased = self._holds(source.erased, row)
        if is_erased or self._holds(source.deleted, row):
            return _gone(source, customer_id, version, is_erased=is_erased)
        phone, problem = self._phone(source, row)
        return CustomerRead(
            origin=source.name,
            customer_id=customer_id,
            version=version,
            name=self._text(row, source.name_column, names.LONGEST_NAME),
            phone=phone,
            phone_problem=problem,
            region=self._text(row, source.region, names.LONGEST_REGION),
            snapshot_ends=versioning.ends_snapshot(position),
        )

    def _source_of(self, row: Any) -> Source | None:
        for attribute, source in self._sources:
            if getattr(row, attribute) is not UNSET:
                return source
        return None

    def _version(
        self, source: Source, row: Any, position: Position | None, record: Record | None
    ) -> str:
        if source.version is Version.COLUMN:
            return versioning.of_value(self._value(row, source.version_column))
        if source.version is Version.OFFSET and record is not None:
            return versioning.of_offset(record)
        version = versioning.of_position(position)
        if version is None:
            raise PoisonError("no_version", "no place in the binary log")
        return version

    def _phone(self, source: Source, row: Any) -> tuple[str | None, str]:
        value = self._value(row, source.phone)
        if value is None:
            return None, source.null_phone
        if isinstance(value, bool):
            raise PoisonError("bad_shape", f"wrong value at $.{source.phone}")
        text = str(value).strip()
        if not text:
            return None, _MISSING
        phone = phones.to_e164(text, self._country)
        return (phone, "") if phone else (None, phones.UNREADABLE)

    def _text(self, row: Any, column: str, longest: int) -> str:
        value = self._value(row, column)
        if value is None:
            return ""
        if isinstance(value, bool):
            raise PoisonError("bad_shape", f"wrong value at $.{column}")
        return names.tidy(str(value), longest)

    def _value(self, row: Any, column: str) -> Any:
        value = getattr(row, self._attributes[column], UNSET)
        if value is UNSET:
            raise PoisonError("missing_field", column)
        return value

    def _holds(self, flag: Flag | None, row: Any) -> bool:
        return flag is not None and flag.holds(getattr(row, self._attributes[flag.column]))


class _Bare:
    """A row without a frame, seen as one with an empty frame."""

    payload = op = before = after = source = UNSET

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _gone(
    source: Source, customer_id: str, version: str | None, *, is_erased: bool = False
) -> CustomerRead:
    return CustomerRead(
        origin=source.name,
        customer_id=customer_id,
        version=version,
        is_deleted=True,
        is_erased=is_erased,
    )
