"""Pick with a scanner in a real browser, and look at every page of the warehouse."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launcher.plan import ROOT
from tests.browser.looking import look
from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.kafka]
# What the saga would have brought about: a paid order with its stock held, and its pick list.
_PAID = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from orders.domain.states import State
from orders.models import Order, Product
from orders.services import pick_lists, stock
from orders.tests.kit import made_order
lines = {sku: int(n) for sku, _, n in (each.partition("=") for each in sys.argv[1:])}
order = made_order(lines, state=State.PAID, created_at=timezone.now())
Order.objects.filter(pk=order.pk).update(charged_cents=order.total_cents)
with transaction.atomic():
    assert stock.take(order, timezone.now()) == []
    pick_lists.start(order.id, now=timezone.now())
print(order.id, *(Product.objects.get(pk=sku).barcode for sku in lines))
"""
_CANCELLED = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from orders.domain.states import Happening
from orders.services import pick_lists
from orders.services.act import Act, act, locked
with transaction.atomic():
    act(locked(sys.argv[1]), Act(happening=Happening.CANCELLATION, now=timezone.now()))
    pick_lists.withdraw(sys.argv[1], now=timezone.now())
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the pages alone: what brings orders there is proven elsewhere."""
    away = ("housekeeping", "bank", "sweeper", "live", "relay", "webhook-sender")
    with running(tmp_path_factory.mktemp("warehouse"), consumers=(), leave_out=away) as started:
        yield started


@pytest.fixture
def picker(stack: Stack) -> dict[str, str]:
    return next(login for login in stack.demo["logins"] if login["role"] == "warehouse")


def inside(stack: Stack, code: str, *arguments: str) -> list[str]:
    """Run `code` on the stack's database and return the words it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**stack.plan.surroundings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def paid(stack: Stack, **lines: int) -> list[str]:
    """Return the id of a paid order and its articles' barcodes."""
    return inside(stack, _PAID, *(f"{sku.replace('_', '-')}={n}" for sku, n in lines.items()))


def take(tab: Tab, login: dict[str, str], order_id: str) -> None:
    """Take the list of an order."""
    tab.sign_in(login, then=f"/warehouse/{order_id}/")
    tab.page.locator("form[action$='/claim/'] button").click()
    tab.arrive("[data-scan]")
    # The field has the keyboard as soon as its script runs.
    tab.page.locator("#code:focus").wait_for()


def scan(tab: Tab, code: str) -> None:
    """Type a code and Enter wherever the focus is, as a scanner does."""
    tab.page.keyboard.type(code)
    tab.page.keyboard.press("Enter")


class TestPicker:
    def test_scans_without_looking_at_the_field_and_sends_the_box_off(
        self, stack: Stack, open_tab: OpenTab, picker: dict[str, str]
    ) -> None:
        order_id, coffee, mug = paid(stack, CAFE_1KG=2, XICARA_PAR=1)
        tab = open_tab(width=360)
        take(tab, picker, order_id)

        # Faster than the answers come; the wrong one is told among them.
        for code in (coffee, coffee, mug):
            scan(tab, code)
        tab.page.locator(".pick.is-done").nth(1).wait_for()
        scan(tab, "0000")
        tab.page.locator(".said.bad").wait_for()

        assert tab.page.evaluate("document.activeElement.id") == "code"
        tab.page.locator("form[action$='/done/'] button").click()
        tab.page.locator("form[action$='/dispatch/'] button").click()
        tab.page.locator(".callout.ok").wait_for()
        assert tab.complaints == []

    def test_keeps_scanning_while_the_server_is_away(
        self, stack: Stack, open_tab: OpenTab, picker: dict[str, str]
    ) -> None:
        order_id, coffee = paid(stack, CAFE_1KG=2)
        tab = open_tab(width=360)
        take(tab, picker, order_id)
        tab.page.context.set_offline(True)

        for _ in range(2):
            scan(tab, coffee)
        tab.page.locator(".said.wait").wait_for()
        tab.page.context.set_offline(False)

        tab.page.locator(".pick.is-done").wait_for()
        assert "2 of 2" in tab.page.locator(".said.ok").inner_text()

    def test_reports_what_is_missing_and_reads_what_goes_back(
        self, stack: Stack, open_tab: OpenTab, picker: dict[str, str]
    ) -> None:
        order_id, _coffee = paid(stack, CAFE_1KG=2)
        tab = open_tab(width=360)
        take(tab, picker, order_id)

        tab.page.locator("a[href*='/short/']").click()
        tab.page.locator("input[name=picked][value='1']").check()
        tab.page.locator("main form button.primary").click()

        tab.page.locator(".pick .badge.bad").wait_for()
        assert "goes back" in tab.page.locator(".toast").inner_text()


class TestPages:
    def test_of_picking(
        self,
        stack: Stack,
        open_tab: OpenTab,
        picker: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        order_id, coffee, _mug = paid(stack, CAFE_1KG=3, XICARA_PAR=1)
        tab = open_tab(**surroundings)
        tab.sign_in(picker, then="/warehouse/")
        look(tab, "pick-lists", pictures, surroundings)
        take(tab, picker, order_id)
        scan(tab, coffee)
        tab.page.locator(".said.ok").wait_for()
        look(tab, "pick-list", pictures, surroundings)
        scan(tab, "0000")
        tab.page.locator(".said.bad").wait_for()
        look(tab, "pick-wrong", pictures, surroundings, skip_axe=True)
        tab.page.locator("a[href*='/short/']").first.click()
        tab.page.wait_for_url("**/short/**")
        look(tab, "pick-short", pictures, surroundings)
        tab.page.locator("main form button.primary").click()
        tab.arrive(".pick .badge.bad")
        tab.page.locator("form[action$='/found/'] button[value='1']").last.click()
        tab.arrive("form[action$='/done/']")
        look(tab, "pick-complete", pictures, surroundings, skip_axe=True)
        tab.page.locator("form[action$='/done/'] button").click()
        tab.arrive("form[action$='/dispatch/']")
        look(tab, "picked", pictures, surroundings, skip_axe=True)
        tab.go(f"/warehouse/{order_id}/print/")
        look(tab, "pick-print", pictures, surroundings)

    def test_of_a_withdrawn_list(
        self,
        stack: Stack,
        open_tab: OpenTab,
        picker: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        order_id, coffee = paid(stack, CAFE_1KG=2)
        tab = open_tab(**surroundings)
        take(tab, picker, order_id)
        scan(tab, coffee)
        tab.page.locator(".said.ok").wait_for()
        inside(stack, _CANCELLED, order_id)
        with tab.forgive(409):
            scan(tab, coffee)
            tab.arrive(".callout.bad")
        look(tab, "pick-withdrawn", pictures, surroundings)

    def test_of_goods(
        self,
        open_tab: OpenTab,
        picker: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = open_tab(**surroundings)
        tab.sign_in(picker, then="/warehouse/goods/")
        look(tab, "goods", pictures, surroundings)
        tab.page.locator("main table a").first.click()
        tab.arrive("[data-on-hand]")
        tab.page.fill("#correct_by", "-1")
        tab.page.locator("form[action$='/correct/'] button").click()
        tab.arrive(".toast.success")
        look(tab, "good", pictures, surroundings)
        tab.go("/warehouse/goods/new/")
        look(tab, "good-new", pictures, surroundings)
        tab.go("/warehouse/goods/receipt/")
        look(tab, "receipt", pictures, surroundings)
        tab.go("/warehouse/movements/")
        look(tab, "movements", pictures, surroundings)
