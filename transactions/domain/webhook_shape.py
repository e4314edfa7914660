"""The shape of a request to make or change a webhook, judged field by field."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from transactions.domain.documents import Token, shown_name
from transactions.domain.request_shape import ShapeError

NEW_FIELDS: Final = ("url", "events")
FIELDS: Final = ("url", "events", "enabled")


def read_new(document: Any) -> dict[str, Any]:
    """Return `url` and `events` of a document made by `read_document`; raises ShapeError."""
    values = _read(document, NEW_FIELDS)
    for name in NEW_FIELDS:
        if name not in values:
            raise ShapeError("missing_field", name, "missing")
    return values


def read_change(document: Any) -> dict[str, Any]:
    """Return what of `url`, `events` and `enabled` is to be changed; raises ShapeError."""
    return _read(document, FIELDS)


def _read(document: Any, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ShapeError("wrong_type", "body", "object")
    for name in document:
        if name not in known:
            raise ShapeError("unknown_field", shown_name(name), "unknown")
    return {name: _READERS[name](value, name) for name, value in document.items()}


def _text(value: Any, param: str) -> str:
    if not isinstance(value, str) or isinstance(value, Token):
        raise ShapeError("wrong_type", param, "string")
    return value


def _texts(value: Any, param: str) -> list[str]:
    if not isinstance(value, list):
        raise ShapeError("wrong_type", param, "array")
    return [_text(each, param) for each in value]


def _boolean(value: Any, param: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError("wrong_type", param, "boolean")
    return value


_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "url": _text,
    "events": _texts,
    "enabled": _boolean,
}
