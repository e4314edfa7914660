"""Tells OpenAPI how merchants authenticate: Basic, or two headers together."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class AccountScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    """The two ways in which `AccountAuthentication` takes an account's id and secret."""

    target_class = "accounts.authentication.AccountAuthentication"
    name = ["basic", "accountId", "accountSecret"]

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:  # noqa: ARG002 - the same for all
        """Return one definition for each of `name`."""
        header = {"type": "apiKey", "in": "header"}
        return [
            {"type": "http", "scheme": "basic"},
            {**header, "name": "X-Account-Id"},
            {**header, "name": "X-Account-Secret"},
        ]

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:  # noqa: ARG002 - the same for all
        """Ask for Basic, or for both headers."""
        return [{"basic": []}, {"accountId": [], "accountSecret": []}]
