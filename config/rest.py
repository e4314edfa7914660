"""How every endpoint of the REST API reads and writes JSON, named by the settings for DRF."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

import msgspec
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotAcceptable, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from transactions.domain.documents import (
    DuplicateKeyError,
    MalformedDocumentError,
    read_document,
    shown_name,
)

_ANY_JSON = frozenset({"", "*/*", "application/json"})
_RANGES = frozenset({"*/*", "application/*", "application/json", "application/problem+json"})


class FieldGivenTwice(APIException):
    """An object names a key twice; `param` may be shown.

    Not `rest.Problem`, whose library imports DRF's views, which import this module.
    """

    status_code = 422
    default_code = "invalid_value"
    words = _("This field is given twice. Give it once.")

    def __init__(self, param: str) -> None:
        """Blame the key."""
        super().__init__()
        self.param = param


class StrictJsonParser(BaseParser):
    """Parses JSON and nothing more generous: no key twice, no NaN, no endless depth."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - DRF's hook
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's hook
    ) -> Any:
        """Return the document; raises ParseError, or FieldGivenTwice for a key given twice."""
        try:
            return read_document(stream.read(), number=_number)
        except DuplicateKeyError as error:
            raise FieldGivenTwice(shown_name(error.key)) from error
        except MalformedDocumentError as error:
            raise ParseError from error


class JsonRenderer(BaseRenderer):
    """Writes JSON by msgspec, which knows dates, UUIDs, decimals and structs by itself."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - DRF's hook
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's hook
    ) -> bytes:
        """Return `data` as UTF-8; nothing at all for None, as in a 204."""
        return b"" if data is None else msgspec.json.encode(data, enc_hook=str)


class OneRepresentation(BaseContentNegotiation):
    """Every endpoint has one representation; the negotiation only asks whether it is accepted."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return the JSON parser for JSON in UTF-8, else None, which answers 415."""
        return next(iter(parsers)) if is_json(request.content_type) else None

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - DRF's hook
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer; raises NotAcceptable where the client rules it out."""
        renderer = next(iter(renderers))
        accept = request.META.get("HTTP_ACCEPT", "")
        if accept not in _ANY_JSON and not _is_accepted(accept, renderer.media_type or ""):
            raise NotAcceptable
        return renderer, renderer.media_type or ""


def is_json(content_type: str) -> bool:
    """Say whether a Content-Type is JSON in UTF-8."""
    if content_type == "application/json":
        return True
    kind, _separator, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    return kind.strip() == "application/json" and charset in ("", "charset=utf-8")


def _is_accepted(accept: str, media_type: str) -> bool:
    main = media_type.partition("/")[0]
    wanted = _RANGES | {media_type, f"{main}/*"}
    for part in accept.lower().split(","):
        kind, _separator, parameters = part.partition(";")
        is_refused = parameters.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        if kind.strip() in wanted and not is_refused:
            return True
    return False


def _number(token: str) -> int | float:
    if token.lstrip("-").isdigit():
        return int(token) if len(token) <= 32 else float(token)  # noqa: PLR2004 - beyond any id
    if token in ("NaN", "Infinity", "-Infinity"):
        raise MalformedDocumentError("not a number of JSON")
    return float(token)
