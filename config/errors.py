"""Every error under /api/ in one shape: `application/problem+json`, in the caller's language."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views import defaults
from rest_framework import exceptions
from rest_framework.exceptions import APIException, ErrorDetail

from config.problems import CODES, Fault, Text, detail_of, title_of
from rest import Problem

_CONTENT_TYPE: Final = "application/problem+json"
# DRF's codes, and those of its fields, in the words of the contract.
_RENAMED: Final[Mapping[str, str]] = {
    "parse_error": "malformed_json",
    "not_authenticated": "authentication_failed",
    "permission_denied": "forbidden",
    "throttled": "rate_limited",
    "required": "missing_field",
    "invalid": "invalid_value",
    "null": "wrong_type",
    "not_a_list": "wrong_type",
    "not_a_dict": "wrong_type",
}
_RETRY_SECONDS: Final = 1


def answer_error(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Return the answer to what a view raised; None for a bug, which the 500 handler answers."""
    fault = _fault_of(error)
    if fault is None:
        return None
    request = context["request"]
    return problem(getattr(request, "_request", request), fault, _headers(error, context))


def problem(
    request: HttpRequest, fault: Fault, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return `fault` as an answer, its title and detail in the language of the request."""
    with translation.override(translation.get_language_from_request(request)):
        body: dict[str, Any] = {
            "type": f"/api/problems/#{fault.code}",
            "code": fault.code,
            "title": str(title_of(fault)),
            "status": fault.status,
            "detail": str(detail_of(fault)),
        }
        language = translation.get_language() or "en"
    if fault.param:
        body["param"] = fault.param
    body |= fault.extra
    body["request_id"] = getattr(request, "request_id", "")
    answer = HttpResponse(
        msgspec.json.encode(body, enc_hook=str),
        status=fault.status,
        content_type=_CONTENT_TYPE,
        headers={"Content-Language": language, "Vary": "Accept-Language", **(headers or {})},
    )
    if fault.retry_after is not None:
        answer["Retry-After"] = str(fault.retry_after)
    return answer


def _fault_of(error: Exception) -> Fault | None:
    if isinstance(error, exceptions.ValidationError):
        return _of_validation(error)
    if isinstance(error, APIException):
        return _of_api_exception(error)
    if isinstance(error, OperationalError | InterfaceError):
        return Fault(503, "unavailable", retry_after=_RETRY_SECONDS)
    for kind, status, code in _OF_DJANGO:
        if isinstance(error, kind):
            return Fault(status, code)
    return None


_OF_DJANGO: Final = (
    (Http404, HTTPStatus.NOT_FOUND, "not_found"),
    (PermissionDenied, HTTPStatus.FORBIDDEN, "forbidden"),
    (RequestDataTooBig, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"),
    (SuspiciousOperation, HTTPStatus.BAD_REQUEST, "bad_request"),
)


def _of_api_exception(error: APIException) -> Fault:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    retry_after = getattr(error, "retry_after", None) or getattr(error, "wait", None)
    code = _RENAMED.get(code, code)
    return Fault(
        error.status_code,
        code,
        # Our own words say more than DRF's where the code is one of the contract's.
        detail=_own_words(error),
        param=getattr(error, "param", None) or "",
        retry_after=None if retry_after is None else max(1, math.ceil(retry_after)),
        extra=getattr(error, "extra", None) or {},
    )


# What these say is of DRF's own making, about our caller's own words, and partly in English only.
_SAID_BY_DRF: Final = (
    exceptions.MethodNotAllowed,
    exceptions.UnsupportedMediaType,
    exceptions.Throttled,
)


def _own_words(error: APIException) -> Text:
    """Return what the error itself has to say; what DRF says by default, the code says better."""
    # Kept as they were given: DRF has made text of `detail` in the language of another request.
    words: Text = getattr(error, "words", "")
    if words or isinstance(error, _SAID_BY_DRF):
        return words
    says_default = error.detail in (error.default_detail, error.default_code)
    if says_default and type(error).__module__ == exceptions.__name__:
        return ""
    is_code_alone = isinstance(error.detail, ErrorDetail) and error.detail == error.detail.code
    return "" if is_code_alone or not isinstance(error.detail, str) else str(error.detail)


def _of_validation(error: exceptions.ValidationError) -> Fault:
    param, detail = _first(error.detail, "")
    code = _RENAMED.get(detail.code or "", detail.code or "")
    if code not in CODES:
        code = "invalid_value"
    param = getattr(error, "param", None) or param
    return Fault(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail=str(detail), param=param)


def _first(detail: Any, param: str) -> tuple[str, ErrorDetail]:
    """Return the first field to blame, as a path such as `card.number`, and what it is told."""
    if isinstance(detail, Mapping):
        name, inner = next(iter(detail.items()))
        own = "" if name == "non_field_errors" else str(name)
        return _first(inner, ".".join(part for part in (param, own) if part))
    if isinstance(detail, list | tuple):
        return _first(next((item for item in detail if item), detail[0]), param)
    return param, detail


def _headers(error: Exception, context: Mapping[str, Any]) -> dict[str, str]:
    found = dict(error.headers) if isinstance(error, Problem) else {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        found["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.MethodNotAllowed):
        # DRF counts OPTIONS in, which it answers by what the settings have switched off.
        allowed = [each for each in context["view"].allowed_methods if each != "OPTIONS"]
        found["Allow"] = ", ".join(allowed)
    return found


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses, on any page."""
    if not is_api(request):
        return defaults.bad_request(request, exception)
    return problem(request, _fault_of(exception) or Fault(400, "bad_request"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed, on any page."""
    if not is_api(request):
        return defaults.permission_denied(request, exception)
    return problem(request, Fault(403, "forbidden"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request to an address that does not exist."""
    if not is_api(request):
        return defaults.page_not_found(request, exception)
    return problem(request, Fault(404, "not_found"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that met a bug of ours; nothing of the bug is told."""
    if not is_api(request):
        return defaults.server_error(request)
    return problem(request, Fault(500, "internal_error"))


def is_api(request: HttpRequest) -> bool:
    """Say whether the request is for the REST API, which answers errors as problems."""
    return request.path_info.startswith("/api/")
