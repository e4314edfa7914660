"""Makes an event with plausible values, so that a test names only what it is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec import inspect

S = TypeVar("S", bound=msgspec.Struct)

_VALUES: Final[dict[type[inspect.Type], Callable[[Any], Any]]] = {
    inspect.StrType: lambda _: "example",
    inspect.IntType: lambda _: 1,
    inspect.FloatType: lambda _: 1.0,
    inspect.BoolType: lambda _: False,
    inspect.NoneType: lambda _: None,
    inspect.DateTimeType: lambda _: datetime(2026, 1, 1, tzinfo=UTC),
    inspect.DateType: lambda _: date(2026, 1, 1),
    inspect.DecimalType: lambda _: Decimal("1.00"),
    inspect.UUIDType: lambda _: UUID(int=1),
    inspect.RawType: lambda _: msgspec.Raw(b"1.00"),
    inspect.ListType: lambda _: [],
    inspect.DictType: lambda _: {},
    inspect.LiteralType: lambda kind: kind.values[0],
    inspect.EnumType: lambda kind: next(iter(kind.cls)),
    inspect.UnionType: lambda kind: _value(kind.types[0]),
    inspect.Metadata: lambda kind: _value(kind.type),
    inspect.StructType: lambda kind: example(kind.cls),
}


def example(struct: type[S], **given: Any) -> S:
    """Return an instance of `struct`: `given` as given, every other required field made up.

    Raises LookupError for a field whose type has no obvious example.
    """
    kind = cast("inspect.StructType", inspect.type_info(struct))
    made = {field.name: _value(field.type) for field in kind.fields if field.required}
    return struct(**(made | given))


def _value(kind: inspect.Type) -> Any:
    try:
        return _VALUES[type(kind)](kind)
    except KeyError:
        raise LookupError(f"no example of {kind}") from None
