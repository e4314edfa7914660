"""HEAD asks for what GET would give: browsers' extensions, monitors and link checkers send it."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db(databases="__all__")

_IDS = {"person": "a" * 32}
_ID = "0192b9a0-0000-7000-8000-000000000000"


def addresses(within: URLResolver, before: str = "") -> Iterator[str]:
    """Return every address of the site but those of the administration, ids filled in."""
    for each in within.url_patterns:
        here = before + str(each.pattern)
        if here.startswith("admin"):
            continue
        if isinstance(each, URLPattern):
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda found: _IDS.get(found[1], _ID), f"/{here}")
        else:
            yield from addresses(each, here)


def test_head_is_answered_where_get_is(admin_client: Client) -> None:
    differing = []
    for address in addresses(get_resolver()):
        got, head = admin_client.get(address), admin_client.head(address)
        if got.status_code != head.status_code:
            differing.append((address, got.status_code, head.status_code))

    assert differing == []
