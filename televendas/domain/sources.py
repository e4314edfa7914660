"""Declared sources: what each calls its columns, and what is wrong with such a declaration."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from televendas.domain.regions import Codes

Value = str | int | bool | None
OWN_KEY: Final = "customer_id"
"""The key column of our own event, looked for before any other."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}").fullmatch
_COLUMNS: Final = ("key", "name", "phone", "region")
_FLAGS: Final = ("deleted", "erased")
_OTHERS: Final = ("version", "version_column", "null_phone", "text_keys", "region_codes")
# What envelopes and flattened rows are recognised by.
RESERVED: Final = frozenset(
    {"payload", "schema", "op", "before", "after", "source", "__deleted", "__op"}
    | {"__source_file", "__source_pos", "__source_row", "__source_snapshot"}
)


class Version(StrEnum):
    """Where a source's versions come from."""

    BINLOG = "binlog"
    COLUMN = "column"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A column that says something by holding one of `values`; 1 is not true."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source's columns; `text_keys` says that its records' keys are the bare customer id.

    `null_phone` is the problem noted where the source has no phone: `missing` or `withheld`.
    """

    name: str
    key: str
    name_column: str
    phone: str
    region: str
    version: Version
    version_column: str = ""
    deleted: Flag | None = None
    erased: Flag | None = None
    null_phone: str = "missing"
    text_keys: bool = False
    region_codes: Codes = Codes.REGIONS

    @property
    def columns(self) -> Iterator[str]:
        """Give the name of every column that may be read."""
        yield from (self.key, self.name_column, self.phone, self.region)
        yield from (flag.column for flag in (self.deleted, self.erased) if flag)
        if self.version is Version.COLUMN:
            yield self.version_column


@dataclass(slots=True)
class Declared:
    """What could be made of a declaration, and what could not."""

    sources: list[Source] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def declared(declaration: Mapping[str, Mapping[str, Any]]) -> Declared:
    """Return the sources in the order in which they are tried, and every problem in words."""
    found = Declared()
    for name, options in declaration.items():
        problems = list(_problems_of(name, options))
        found.problems += problems
        if not problems:
            found.sources.append(_source(name, options))
    found.sources.sort(key=lambda source: source.key != OWN_KEY)
    found.problems += _problems_between(found.sources)
    if not declaration:
        found.problems.append("no source is declared")
    return found


def _problems_of(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    if not _NAME(name):
        yield f"{name!r} is no name: small letters, digits and _, at most 32"
    for each in _COLUMNS:
        if not _is_column(options.get(each)):
            yield f"{name}: {each!r} must name a column"
    for each in sorted(set(options) - {*_COLUMNS, *_FLAGS, *_OTHERS}):
        yield f"{name}: {each!r} is no option"
    for each in _FLAGS:
        if each in options and not _is_flag(options[each]):
            yield f"{name}: {each!r} must be one column with a list of values"
    yield from _problems_of_choices(name, options)


def _problems_of_choices(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    version = options.get("version")
    if version not in [each.value for each in Version]:
        yield f"{name}: 'version' must be one of {', '.join(Version)}"
    if version == Version.COLUMN and not _is_column(options.get("version_column")):
        yield f"{name}: 'version_column' must name a column"
    if options.get("null_phone", "missing") not in {"missing", "withheld"}:
        yield f"{name}: 'null_phone' must be missing or withheld"
    if options.get("region_codes", "regions") not in [each.value for each in Codes]:
        yield f"{name}: 'region_codes' must be one of {', '.join(Codes)}"


def _problems_between(sources: Sequence[Source]) -> Iterator[str]:
    by_key: dict[str, str] = {}
    for source in sources:
        other = by_key.setdefault(source.key, source.name)
        if other != source.name:
            yield f"{other} and {source.name} claim the same key column {source.key!r}"
    # Ours are told by their type, so that one more source may have bare keys.
    for is_own in (True, False):
        names = [each.name for each in sources if each.text_keys and is_own_event(each) is is_own]
        if len(names) > 1:
            yield f"{' and '.join(names)} both have bare keys: a tombstone could be either's"


def is_own_event(source: Source) -> bool:
    """Tell whether `source` writes our own event, whose records carry a type."""
    return source.key == OWN_KEY


def _is_column(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value not in RESERVED


def _is_flag(value: object) -> bool:
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    [(column, values)] = value.items()
    return _is_column(column) and isinstance(values, list | tuple) and bool(values)


def _source(name: str, options: Mapping[str, Any]) -> Source:
    return Source(
        name=name,
        key=options["key"],
        name_column=options["name"],
        phone=options["phone"],
        region=options["region"],
        version=Version(options["version"]),
        version_column=options.get("version_column", ""),
        deleted=_flag(options.get("deleted")),
        erased=_flag(options.get("erased")),
        null_phone=options.get("null_phone", "missing"),
        text_keys=bool(options.get("text_keys", False)),
        region_codes=Codes(options.get("region_codes", Codes.REGIONS)),
    )


def _flag(option: Mapping[str, Sequence[Value]] | None) -> Flag | None:
    if option is None:
        return None
    [(column, values)] = option.items()
    return Flag(column=column, values=tuple(values))
