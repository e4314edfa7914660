"""Reads what callers send: bodies by their shapes, and the key that makes repeating safe."""

import re
from typing import Any, Final, TypeVar

import msgspec
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from rest.problems import Problem

T = TypeVar("T")
_WHERE: Final = re.compile(r" - at `\$\.?([\w.]*)`")
_NAME: Final = re.compile(r"field `(\w{1,64})`")
_LONGEST_KEY: Final = 255
_KEY_WORDS: Final = _("Send 1 to 255 printable ASCII characters.")


def read(value: Any, shape: type[T], at: str = "") -> T:
    """Return `value` as `shape`; raises a 422 that names the field below `at`, not its value."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        problem = _blame(str(error), at)
    except UnicodeEncodeError:
        problem = _blame_half_a_letter(value, shape, at)
    raise problem


def key_of(request: Request) -> str | None:
    """Return the request's idempotency key, None where it has none; raises a 422."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        return None
    if not (0 < len(given) <= _LONGEST_KEY and given.isascii() and given.isprintable()):
        raise Problem(422, "invalid_value", detail=_KEY_WORDS, param="Idempotency-Key")
    return str(given)


def _blame_half_a_letter(value: Any, shape: Any, at: str) -> Problem:
    """Return the 422 for a document in which msgspec stumbled over half of a surrogate pair.

    JSON can tell of one, UTF-8 cannot: with a whole letter in its place the fault is found.
    """
    try:
        msgspec.convert(_with_whole_letters(value), shape)
    except msgspec.ValidationError as error:
        return _blame(str(error), at)
    return Problem(422, "wrong_type", param=at or "body")


def _with_whole_letters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_with_whole_letters(each) for each in value]
    if isinstance(value, dict):
        return {_with_whole_letters(k): _with_whole_letters(v) for k, v in value.items()}
    return value


def _blame(told: str, at: str) -> Problem:
    """Return the 422 for what msgspec has found; its text holds names of fields, no values."""
    where = _WHERE.search(told)
    path = ".".join(part for part in (at, where[1] if where else "") if part)
    name = _NAME.search(told)
    if name is None and "unknown field" in told:
        return Problem(422, "unknown_field", param=f"{path}.?" if path else "?")
    if name is None:
        return Problem(422, "wrong_type", param=path or "body")
    param = f"{path}.{name[1]}" if path else name[1]
    if "unknown" in told:
        # A caller's own word: it may be anything, a card's number too.
        is_safe = not any(c.isdigit() for c in name[1])
        return Problem(422, "unknown_field", param=param if is_safe else "?")
    return Problem(422, "missing_field", param=param)
