"""Tells OpenAPI how people are known to the operations on cards: by their browser's session."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class PersonScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    """Django's session cookie; what changes something wants the form's token, too."""

    target_class = "bank_grpc.api.sessions.PersonAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:  # noqa: ARG002 - the same for all
        """Return the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
