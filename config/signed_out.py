"""Leads whose session has ended from a button, or a part of a page, to the login and back again.

`login_required` would lead to the address that the button sends to, which takes no GET: after
signing in there were an empty page, and no word of that nothing was done. And the login, answered
to a script that asks for a part, were shown inside the page.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


class SignedOutMiddleware:
    """Changes the answer to a press or a script that was sent to the login: where it leads to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand behind sessions and messages."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the view does, unless it wanted a login first."""
        answer = self.get_response(request)
        is_press, is_part = request.method == "POST", "HX-Request" in request.headers
        if not (is_press or is_part) or not _is_sent_to_login(request, answer):
            return answer
        if is_press:
            messages.warning(request, _("You were signed out, and nothing was done."))
        answer["Location"] = _login_for(request)
        return _for_the_whole_page(answer) if is_part else answer


def _is_sent_to_login(request: HttpRequest, answer: HttpResponse) -> bool:
    if answer.status_code != HTTPStatus.FOUND:
        return False
    to = urlsplit(answer["Location"])
    is_login = to.path == resolve_url(settings.LOGIN_URL)
    return is_login and parse_qs(to.query).get("next") == [request.get_full_path()]


def _for_the_whole_page(answer: HttpResponse) -> HttpResponse:
    """Have the script leave its page: a redirect is followed unseen, and shown inside of it."""
    answer.status_code = HTTPStatus.OK
    answer["HX-Redirect"] = answer["Location"]
    del answer["Location"]
    return answer


def _login_for(request: HttpRequest) -> str:
    """Return the login that leads to the page of the button, to the start where it is unknown."""
    door, page = resolve_url(settings.LOGIN_URL), request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return door
    parts = urlsplit(page)
    back = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return f"{door}?{urlencode({'next': back}, safe='/')}"
