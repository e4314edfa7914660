"""The warehouse's people see its pages and nothing else: every address of the site, one by one."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client

from accounts.selectors import visible_accounts, works_in_warehouse
from accounts.services import create_account, tie_user
from config.fence import AGENTS_APP, WAREHOUSE_ROUTE
from tests.test_agents_fence import OPEN_TO_ALL, ROUTES, SHARED, filled
from transactions.live.access import admit

pytestmark = pytest.mark.django_db(databases=["default", "televendas", "warehouse"])
_PAGES = (
    "/warehouse/",
    "/warehouse/goods/",
    "/warehouse/goods/new/",
    "/warehouse/goods/receipt/",
    "/warehouse/movements/",
)


def member(name: str, *groups: str, is_staff: bool = False) -> User:
    user = User.objects.create_user(name, password="x", is_staff=is_staff)
    user.groups.add(*Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def picker() -> User:
    """Give a picker who is staff and tied to an account: neither opens anything to them."""
    user = member("estoque", settings.WAREHOUSE_GROUP, is_staff=True)
    account, _ = create_account("Padaria")
    tie_user(user, account.id)
    return user


class TestEveryAddress:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_closed_to_a_picker_unless_it_is_the_warehouse(
        self, client: Client, picker: User, method: str
    ) -> None:
        client.raise_request_exception = False
        client.force_login(picker)
        told: dict[str, int] = {}
        for route in ROUTES:
            is_theirs = route.startswith(WAREHOUSE_ROUTE) or route in SHARED
            if is_theirs or route in OPEN_TO_ALL or not route:
                continue
            told[route] = getattr(client, method)(filled(route)).status_code

        # Telesales' own guard, behind which there is nothing, may ask for the right method first.
        closed = {401, 403, 404, 405}
        assert {route: code for route, code in told.items() if code not in closed} == {}
        assert told["panel/"] == told["panel/stats/"] == 403

    def test_of_the_warehouse_is_open_to_a_picker_and_staff(
        self, client: Client, picker: User
    ) -> None:
        for user in (picker, member("operator", is_staff=True)):
            client.force_login(user)
            assert [client.get(page).status_code for page in _PAGES] == [200] * len(_PAGES)

    def test_of_the_warehouse_is_closed_to_everybody_else(self, client: Client) -> None:
        theirs = [route for route in ROUTES if route.startswith(WAREHOUSE_ROUTE)]
        assert len(theirs) > 15
        for route in theirs:
            answer = client.get(filled(route))
            assert answer.status_code in {302, 404, 405}, route
            assert "/login/" in answer.get("Location", "/login/"), route
        for user in (member("maria"), member("agente", AGENTS_APP, is_staff=True)):
            client.force_login(user)
            codes = {route: client.get(filled(route)).status_code for route in theirs}
            assert {r: code for r, code in codes.items() if code not in {403, 404, 405}} == {}
            assert {client.get(page).status_code for page in _PAGES} == {403}

    def test_of_the_panels_socket_is_closed_too(self, client: Client, picker: User) -> None:
        client.force_login(picker)

        assert admit(client.session.session_key) is None
        assert visible_accounts(picker) == frozenset()

    def test_leads_a_picker_from_the_start_to_their_lists(
        self, client: Client, picker: User
    ) -> None:
        client.force_login(picker)

        assert client.get("/")["Location"] == "/warehouse/"

    def test_shows_a_picker_no_way_to_what_is_closed(self, client: Client, picker: User) -> None:
        client.force_login(picker)

        for page in _PAGES:
            text = client.get(page).content.decode()
            for address in ("/panel/", "/api/docs/", "/televendas/", "/bank/", "/shop/"):
                assert f'href="{address}' not in text, (page, address)


class TestWhoWorksThere:
    def test_is_the_group_and_staff_but_no_agent(self) -> None:
        both = (settings.WAREHOUSE_GROUP, AGENTS_APP)

        assert works_in_warehouse(member("both", *both))
        assert works_in_warehouse(member("staff", is_staff=True))
        assert not works_in_warehouse(member("agent", AGENTS_APP, is_staff=True))
        assert not works_in_warehouse(member("nobody"))
        gone = member("gone", settings.WAREHOUSE_GROUP)
        gone.is_active = False
        assert not works_in_warehouse(gone)
