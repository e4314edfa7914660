"""Reads the row of one source by its declared columns, which are looked up once."""

from operator import attrgetter
from typing import Any, Final

from msgspec import UNSET

from messaging.errors import PoisonError
from messaging.records import Record
from televendas.adapters import phones, versioning
from televendas.adapters.keys import identity
from televendas.adapters.wire import Position, Shapes
from televendas.domain import names
from televendas.domain.sources import Flag, Source, Version
from televendas.events import CustomerRead

_MISSING: Final = "missing"
_Values = frozenset[tuple[type, Any]]


class Columns:
    """One source's columns as attributes of the struct that its rows are decoded into."""

    def __init__(self, source: Source, shapes: Shapes, country: str) -> None:
        """Read rows of `source`; national phone numbers are those of `country`."""
        attributes = shapes.attributes
        self.source = source
        self.key = attributes[source.key]
        self._country = country
        self._lean = (source.key, source.name_column, source.phone, source.region)
        self._get = attrgetter(*(attributes[column] for column in self._lean))
        self._version = attributes.get(source.version_column, "")
        self._erased = _flag(source.erased, shapes)
        self._deleted = _flag(source.deleted, shapes)

    def read(self, row: Any, position: Position | None, record: Record) -> CustomerRead:
        """Return what `row` says; raises PoisonError for what is missing or of the wrong kind."""
        key, name, phone, region = values = self._get(row)
        customer_id = identity(key)
        version = self.version(row, position, record)
        is_erased = _holds(self._erased, row)
        if is_erased or _holds(self._deleted, row):
            return self.gone(customer_id, version, is_erased=is_erased)
        if UNSET in values:
            raise PoisonError("missing_field", self._lean[values.index(UNSET)])
        number, problem = self._phone(phone)
        return CustomerRead(
            origin=self.source.name,
            customer_id=customer_id,
            version=version,
            name=self._text(name, names.LONGEST_NAME, self.source.name_column),
            phone=number,
            phone_problem=problem,
            region=self._text(region, names.LONGEST_REGION, self.source.region),
            snapshot_ends=position is not None and versioning.ends_snapshot(position),
        )

    def version(self, row: Any, position: Position | None, record: Record) -> str:
        """Return the version of a row, or of a change without one; raises PoisonError."""
        kind = self.source.version
        if kind is Version.OFFSET:
            return versioning.of_offset(record)
        if kind is Version.COLUMN:
            value = getattr(row, self._version, UNSET)
            if value is UNSET:
                raise PoisonError("missing_field", self.source.version_column)
            return versioning.of_value(value)
        version = versioning.of_position(position)
        if version is None:
            raise PoisonError("no_version", "no place in the binary log")
        return version

    def gone(
        self, customer_id: str, version: str | None, *, is_erased: bool = False
    ) -> CustomerRead:
        """Return that somebody left."""
        return CustomerRead(
            origin=self.source.name,
            customer_id=customer_id,
            version=version,
            is_deleted=True,
            is_erased=is_erased,
        )

    def _phone(self, value: Any) -> tuple[str | None, str]:
        if value is None:
            return None, self.source.null_phone
        text = value if type(value) is str else _number_as_text(value, self.source.phone)
        phone = phones.to_e164(text, self._country)
        if phone is not None:
            return phone, ""
        return None, phones.UNREADABLE if text.strip() else _MISSING

    def _text(self, value: Any, longest: int, column: str) -> str:
        if value is None:
            return ""
        text = value if type(value) is str else _number_as_text(value, column)
        return names.tidy(text, longest)


def _number_as_text(value: Any, column: str) -> str:
    if isinstance(value, bool):
        raise PoisonError("bad_shape", f"wrong value at $.{column}")
    return str(value)


def _flag(flag: Flag | None, shapes: Shapes) -> tuple[str, _Values] | None:
    if flag is None:
        return None
    # With its type, for 1 is not true.
    return shapes.attributes[flag.column], frozenset((type(each), each) for each in flag.values)


def _holds(flag: tuple[str, _Values] | None, row: Any) -> bool:
    if flag is None:
        return False
    value = getattr(row, flag[0])
    return value is not UNSET and (type(value), value) in flag[1]
