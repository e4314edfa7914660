"""The whole way of an order, with every service at work: in the buyer's browser and the agent's."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from config.launcher.plan import ROOT
from tests.browser.buyer import buy, fill_in, order, put, wait_for_status
from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, running, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]
_SERVICES = ("reservation", "fraud", "payment", "picking", "reporting", "televendas")
_PICK = """
import sys
import django
django.setup()
from orders.models import PickList
from orders.services.picking import pick_all
pick_all(PickList.objects.get(order_id=sys.argv[1]), actor="estoque")
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own, its saga complete."""
    folder = tmp_path_factory.mktemp("saga")
    with running(folder, consumers=_SERVICES, leave_out=("housekeeping",)) as started:
        yield started


def order_id(tab: Tab) -> str:
    match = re.search(r"/orders/([0-9a-f-]{36})/", tab.page.url)
    assert match, tab.page.url
    return match[1]


def pick(stack: Stack, tab: Tab) -> None:
    """Pick and dispatch the order of the tab's page, as the warehouse does."""
    command = [sys.executable, "-c", _PICK, order_id(tab)]
    subprocess.run(command, cwd=ROOT, env=stack.plan.surroundings, check=True)


class TestWay:
    def test_from_the_basket_to_the_parcel_and_to_telesales(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab()
        buy(tab, stack.demo["cards"][0], pieces="2")

        wait_for_status(tab, "picking")
        done = tab.page.locator(".step.done")
        assert done.count() >= 3
        pick(stack, tab)
        wait_for_status(tab, "dispatched")
        assert tab.complaints == []

        staff = next(each for each in stack.demo["logins"] if each["role"] == "staff")
        board = open_tab()
        board.sign_in(staff, then=f"/saga/orders/{order_id(tab)}/")
        told = board.page.locator("[data-act]")
        assert told.first.get_attribute("data-act") == "placed"
        assert "pedido-novo" in told.first.inner_text()

        agent = next(each for each in stack.demo["logins"] if each["role"] == "agent")
        sales = open_tab()
        sales.sign_in(agent, then="/televendas/")

        def is_listed() -> bool:
            sales.go("/televendas/?q=Canária")
            return "Maria Canária" in sales.page.locator("main").inner_text()

        wait_until(is_listed, seconds=300, what="the new customer in telesales")

    def test_ends_where_the_bank_refuses(self, stack: Stack, open_tab: OpenTab) -> None:
        tab = open_tab()
        put(tab, "REDE-ALGODAO", "5")
        tab.go("/shop/checkout/")
        fill_in(tab, stack.demo["cards"][1])
        order(tab)

        wait_for_status(tab, "payment_refused")
        assert "limit" in tab.page.locator("#order-state").inner_text()

    def test_gives_all_back_where_a_paid_order_is_cancelled(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab()
        buy(tab, stack.demo["cards"][0])
        wait_for_status(tab, "picking")

        tab.page.get_by_role("link", name="Cancel the order").click()
        drawer = tab.page.locator("dialog#cancel[open]")
        drawer.get_by_role("button", name="Cancel the order").click()
        wait_for_status(tab, "cancelled")

        tab.page.locator("#order-state", has_text="given back").first.wait_for()
        wait_until(
            lambda: "on its way back" not in tab.page.locator("#order-state").inner_text(),
            what="the refund on the page",
        )
