"""Lets people in by the session that their browser has, and only with the form's token."""

from typing import Any

from django.conf import settings
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from accounts.selectors import may_see_payments, user_of_session


class PersonAuthentication(SessionAuthentication):
    """Django's session and its CSRF token; agents of telesales are nobody here.

    Operations meet no middleware of the pages, so the session is read here.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the person, or None where nobody is signed in; raises PermissionDenied (CSRF)."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        user = user_of_session(key) if key else None
        if user is None or not may_see_payments(user):
            return None
        self.enforce_csrf(request)
        return user, None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the same for all
        """Return what a 401 answers in WWW-Authenticate."""
        return 'Session realm="trilho"'
