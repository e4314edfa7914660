"""An agent of telesales sees telesales and nothing else: every address of the site, one by one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Membership
from accounts.services import create_account, tie_user
from config.fence import AGENTS_APP
from transactions.live.access import admit

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])

# What every stranger may ask for, and an agent not more than that.
OPEN_TO_ALL = {"healthz", "readyz", "metrics"}
SHARED = {
    "login/",
    "logout/",
    "theme/",
    "setlang/",
    "admin/",
    "admin/login/",
    "admin/logout/",
    "admin/search/",
    "admin/jsi18n/",
    "admin/password_change/",
    "admin/password_change/done/",
}
# Parameters of addresses, by their names, as far as the suite's own shapes need them.
VALUES = {
    "person": "0" * 32,
    "object_id": "1",
    "app_label": "transactions",
    "content_type_id": "1",
    "url": "x",
    "model_name": "transaction",
}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address below `resolver`, parameters still in it, and its pattern."""
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        if isinstance(each, URLResolver):
            yield from addresses(each, route)
        else:
            yield route, each


def filled(route: str) -> str:
    """Return an address in which every parameter has a value."""

    def value(match: Any) -> str:
        name = match[0].strip("<>").rpartition(":")[2]
        return VALUES.get(name, "1")

    text = re.sub(r"<[^>]+>", value, re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route))
    return "/" + text


ROUTES = sorted({route for route, _ in addresses(get_resolver())})


@pytest.fixture
def agent() -> User:
    """Give an agent who is staff and tied to an account: neither opens anything to them."""
    user = User.objects.create_user("agente", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=AGENTS_APP))
    account, _ = create_account("Padaria")
    tie_user(user, account.id)
    assert Membership.objects.exists()
    return user


def is_theirs(route: str) -> bool:
    return route.startswith(("televendas/", "admin/televendas/")) or route in SHARED


class TestEveryAddress:
    def test_is_known_to_this_test(self) -> None:
        assert len(ROUTES) > 60
        assert any(route.startswith("televendas/") for route in ROUTES)
        assert any(route.startswith("admin/transactions/") for route in ROUTES)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_closed_to_an_agent_unless_it_is_telesales(
        self, client: Client, agent: User, method: str
    ) -> None:
        client.raise_request_exception = False
        client.force_login(agent)
        told: dict[str, int] = {}
        for route in ROUTES:
            if is_theirs(route) or route in OPEN_TO_ALL or not route:
                continue
            told[route] = getattr(client, method)(filled(route)).status_code

        # REST knows no sessions: it takes an account's secret, and answers 401 to all else.
        closed = {route: code for route, code in told.items() if code not in {401, 403, 404}}
        assert closed == {}
        assert all(code == 401 for route, code in told.items() if route.startswith("api/v1/t"))
        assert told["panel/"] == told["panel/stats/"] == 403

    def test_of_the_panels_socket_is_closed_too(self, client: Client, agent: User) -> None:
        client.force_login(agent)
        assert admit(client.session.session_key) is None

        client.force_login(User.objects.create_user("maria", password="x"))
        assert admit(client.session.session_key) is not None

    def test_leads_an_agent_from_the_start_to_their_own(self, client: Client, agent: User) -> None:
        client.force_login(agent)

        assert client.get("/")["Location"] == "/televendas/call/"
        assert client.get("/televendas/").status_code == 200
        assert client.get("/admin/").status_code == 200

    def test_of_telesales_is_closed_to_everybody_else(self, client: Client) -> None:
        merchant = User.objects.create_user("maria", password="x")
        colleague = User.objects.create_user("colega", password="x", is_staff=True)
        theirs = [route for route in ROUTES if is_theirs(route) and "televendas" in route]
        assert len(theirs) > 20
        for route in theirs:
            answer = client.get(filled(route))
            assert answer.status_code in {302, 405}, route
            assert "/login/" in answer.get("Location", "/login/"), route
        for user in (merchant, colleague):
            client.force_login(user)
            codes = {route: client.get(filled(route)).status_code for route in theirs}
            assert {
                route: code for route, code in codes.items() if code not in {302, 403, 405}
            } == {}

    def test_shows_an_agent_no_way_to_what_is_closed(self, client: Client, agent: User) -> None:
        client.force_login(agent)

        for page in ("/televendas/", "/televendas/call/", "/televendas/opt-outs/", "/admin/"):
            text = client.get(page).content.decode()
            for address in ("/panel/", "/api/docs/", "/admin/transactions/", "/admin/auth/"):
                assert f'href="{address}' not in text, (page, address)
