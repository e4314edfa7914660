"""Reads a request's client address by the settings, for the API and for page logins alike."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.domain import addresses


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the address that a request's failures are counted against."""
    return addresses.client_address(
        meta.get("REMOTE_ADDR", ""),
        meta.get("HTTP_X_FORWARDED_FOR", ""),
        settings.TRUSTED_PROXY_COUNT,
    )


def page_client_address(request: HttpRequest) -> str:
    """Return the address under which django-axes counts wrong passwords."""
    return client_address(request.META)
