"""Buy, follow the order, cancel it, sign up, be erased: a customer in a real browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.launcher.plan import ROOT
from tests.browser.conftest import OpenTab, Tab
from tests.browser.looking import look
from tests.stack import Stack, running, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka]
_PASSWORD = "a long and rare phrase"
# The browser notes such an answer as an error; here it is what was asked for.
_REFUSED = (422, 503)
# What the saga's consumers do to an order, in the order in which they are named.
_ACTS = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from orders.domain.states import Happening
from orders.models import Order
from orders.services import stock
from orders.services.act import Act, act, locked
order_id, *happenings = sys.argv[1:]
details = {
    "fraud_clear": {"score": 0, "rules": [], "ruleset": "test"},
    "payment_approved": {"payment_id": "p", "amount_cents": 1},
    "picking_started": {"lines": []},
    "picking_done": {"lines": []},
    "goods_dispatched": {"lines": []},
}
for happening in happenings:
    with transaction.atomic():
        order = locked(order_id)
        if happening == "stock_reserved":
            assert stock.take(order, timezone.now()) == []
        if happening == "payment_approved":
            order.charged_cents = order.total_cents
        what = Act(
            happening=Happening(happening),
            now=timezone.now(),
            details=details.get(happening, {}),
        )
        assert not act(order, what).is_ignored
"""
_PAID = ("stock_reserved", "fraud_clear", "payment_begun", "payment_approved")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own: it stops the bank at will, and is the saga itself."""
    folder = tmp_path_factory.mktemp("shop")
    with running(folder, consumers=(), leave_out=("housekeeping", "sweeper")) as started:
        yield started


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[Any]]:
    """Give the sessions of this module's own stack."""
    return {}


def act(stack: Stack, tab: Tab, *happenings: str) -> None:
    """Do to the order of the tab's page what the saga's consumers would."""
    match = re.search(r"/orders/([0-9a-f-]{36})/", tab.page.url)
    assert match, tab.page.url
    subprocess.run(
        [sys.executable, "-c", _ACTS, match[1], *happenings],
        cwd=ROOT,
        env=stack.plan.surroundings,
        check=True,
    )


def put(tab: Tab, sku: str = "CAFE-1KG", pieces: str = "1") -> None:
    """Put an article into the basket from its page."""
    tab.go(f"/shop/{sku}/")
    tab.page.fill("#quantity", pieces)
    tab.page.locator("main form.inline-form button").click()
    tab.arrive(".toast.success")


def fill_in(tab: Tab, card: dict[str, Any], **changes: str) -> None:
    """Fill in the checkout's form as a buyer does."""
    typed = {
        "name": "Maria Canária",
        "email": "maria@example.com",
        "phone": "(11) 98765-4321",
        "document": "529.982.247-25",
        "address": "Rua das Flores, 10, São Paulo, 01000-000",
        "number": card["number"],
        "holder": card["holder"],
        "expiry": f"{card['expiration_month']:02}/{card['expiration_year'] % 100}",
        "cvv": card["cvv"],
        **changes,
    }
    for name, text in typed.items():
        tab.page.fill(f"#id_{name}", text)
    tab.page.select_option("#id_region", "SP")


def type_card(tab: Tab, card: dict[str, Any]) -> None:
    """Type the card alone, as after every mistake."""
    tab.page.fill("#id_number", card["number"])
    tab.page.fill("#id_holder", card["holder"])
    tab.page.fill("#id_expiry", f"{card['expiration_month']:02}/{card['expiration_year'] % 100}")
    tab.page.fill("#id_cvv", card["cvv"])


def order(tab: Tab) -> None:
    tab.page.locator("#checkout button.primary").click()


def buy(tab: Tab, card: dict[str, Any], *, pieces: str = "1") -> None:
    """Buy coffee; the order's page is there at once."""
    put(tab, pieces=pieces)
    tab.go("/shop/checkout/")
    fill_in(tab, card)
    order(tab)
    tab.arrive("#order-state")


def wait_for_status(tab: Tab, status: str) -> None:
    """Wait until the page has moved by itself, and what it was given works."""
    settled = ":not(.htmx-added, .htmx-settling)"
    tab.page.locator(f"#order-state[data-status='{status}']{settled}").wait_for()


def sign_up(tab: Tab, username: str) -> None:
    """Make an account of one's own."""
    tab.go("/account/sign-up/")
    for name, text in {
        "username": username,
        "password": _PASSWORD,
        "name": "Joana Canária",
        "email": f"{username}@example.com",
        "phone": "(21) 98765-4321",
    }.items():
        tab.page.fill(f"#id_{name}", text)
    tab.page.select_option("#id_region", "RJ")
    tab.page.locator("main form button.primary").click()
    tab.arrive(".toast.success")


class TestBuying:
    def test_the_order_appears_at_once_and_moves_by_itself(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab()
        tab.go("/shop/")
        tab.page.locator(".good", has_text="Coffee beans").locator("a").click()
        tab.page.wait_for_url("**/shop/CAFE-1KG/")
        buy(tab, stack.demo["cards"][0], pieces="2")

        wait_for_status(tab, "placed")
        assert "179.80" in tab.page.locator("#order-state").inner_text()
        tab.page.locator("[data-connection] .badge.ok").wait_for()
        act(stack, tab, *_PAID)
        wait_for_status(tab, "paid")
        act(stack, tab, "picking_started", "picking_done", "goods_dispatched")
        wait_for_status(tab, "dispatched")
        assert tab.page.locator(".step.done").count() == 5
        assert tab.page.get_by_role("link", name="Cancel the order").count() == 0
        assert tab.complaints == []

    def test_another_number_of_pieces_counts_at_once(self, open_tab: OpenTab) -> None:
        tab = open_tab()
        put(tab)
        tab.go("/shop/basket/")
        tab.page.fill("[name=quantity]", "3")
        tab.page.locator("[name=quantity]").blur()

        tab.page.locator("main", has_text="269.70").wait_for()
        assert tab.complaints == []

    def test_a_refused_card_is_marked_and_another_one_buys(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        card = stack.demo["cards"][0]
        tab = open_tab()
        put(tab)
        tab.go("/shop/checkout/")
        wrong = f"{(int(card['cvv']) + 1) % 1000:03}"
        fill_in(tab, {**card, "cvv": wrong})
        order(tab)

        tab.arrive(".callout.bad")
        assert tab.page.locator("#id_cvv_error").count() == 1
        assert tab.page.input_value("#id_number") == ""
        assert tab.page.input_value("#id_name") == "Maria Canária"
        type_card(tab, card)
        order(tab)
        tab.arrive("#order-state")

    def test_twice_pressed_is_once_ordered_without_scripts(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab()
        sign_up(tab, "twice")
        put(tab)
        tab.go("/shop/checkout/")
        fill_in(tab, stack.demo["cards"][0])
        # The page stays where it is while the first press is under way.
        tab.page.evaluate(
            "const form = document.getElementById('checkout');"
            "fetch(form.action, {method: 'POST', body: new FormData(form)}); form.submit()"
        )
        tab.arrive("#order-state")

        tab.go("/account/")
        assert tab.page.locator("main tbody tr").count() == 1


class TestCancelling:
    def test_says_what_happens_to_the_money_and_what_comes_next(
        self, stack: Stack, open_tab: OpenTab, pictures: Path
    ) -> None:
        tab = open_tab()
        buy(tab, stack.demo["cards"][0])
        act(stack, tab, *_PAID)
        wait_for_status(tab, "paid")

        tab.page.get_by_role("link", name="Cancel the order").click()
        drawer = tab.page.locator("dialog#cancel[open]")
        drawer.locator("strong").wait_for()
        assert "89.90 will be given back" in drawer.inner_text()
        look(tab, "shop-cancel", pictures)
        drawer.get_by_role("link", name="Keep it").click()
        drawer.wait_for(state="hidden")
        tab.page.get_by_role("link", name="Cancel the order").click()
        drawer.get_by_role("button", name="Cancel the order").click()

        tab.page.locator(".toast.success").wait_for()
        wait_for_status(tab, "cancelled")
        assert "on its way back" in tab.page.locator("#order-state").inner_text()
        assert tab.complaints == []


class TestErasing:
    def test_ends_the_login_after_asking(self, open_tab: OpenTab) -> None:
        tab = open_tab()
        sign_up(tab, "leaving")
        tab.go("/account/data/")
        assert "leaving@example.com" in tab.page.locator("main").inner_text()

        tab.page.get_by_role("link", name="Erase me").click()
        tab.page.get_by_role("button", name="Erase me for good").click()
        tab.page.locator(".callout.ok").wait_for()

        tab.go("/account/")
        tab.page.get_by_role("link", name="Make an account").wait_for()
        assert tab.complaints == []


class TestPages:
    def test_of_the_goods(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)
        tab.go("/shop/")
        look(tab, "shop", pictures, surroundings)
        tab.go("/shop/MEL-500G/")
        look(tab, "shop-article", pictures, surroundings)
        put(tab, "REDE-ALGODAO")
        put(tab, "MEL-500G", "12")
        tab.go("/shop/basket/")
        look(tab, "shop-basket", pictures, surroundings)

    def test_of_buying(
        self,
        stack: Stack,
        open_tab: OpenTab,
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        card = stack.demo["cards"][0]
        tab = open_tab(**surroundings)
        put(tab, pieces="2")
        tab.go("/shop/checkout/")
        fill_in(tab, {**card, "number": "4000 0000 0000 0001"}, document="123")
        with tab.forgive(*_REFUSED):
            order(tab)
            tab.arrive(".callout.bad")
        look(tab, "shop-checkout-wrong", pictures, surroundings)
        fill_in(tab, card)
        order(tab)
        tab.page.locator("[data-connection] .badge.ok").wait_for()
        act(stack, tab, *_PAID)
        wait_for_status(tab, "paid")
        look(tab, "shop-order", pictures, surroundings)

    def test_of_people(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)
        tab.go("/account/sign-up/")
        look(tab, "shop-sign-up", pictures, surroundings)
        sign_up(tab, "-".join(["looked", *surroundings.values()]))
        tab.go("/account/data/")
        look(tab, "shop-data", pictures, surroundings)

    def test_that_are_seen_more_rarely(self, open_tab: OpenTab, pictures: Path) -> None:
        tab = open_tab()
        for name, path in {
            "nothing": "/shop/?q=zebra",
            "notice": "/shop/notice/",
            "basket-empty": "/shop/basket/",
            "welcome": "/account/",
            "campaign": "/campaign/verao/",
        }.items():
            tab.go(path)
            look(tab, f"shop-{name}", pictures)
        sign_up(tab, "rarely")
        look(tab, "shop-account-empty", pictures)
        tab.go("/account/erase/")
        look(tab, "shop-erase", pictures)
        put(tab)
        tab.go("/shop/basket/")
        tab.page.locator("button[name=remove]").click()
        tab.arrive("form.callout")
        look(tab, "shop-basket-out", pictures)

    def test_of_a_campaign_whose_coupon_waits_at_checkout(
        self, open_tab: OpenTab, pictures: Path
    ) -> None:
        tab = open_tab()
        tab.go("/campaign/verao/")
        tab.page.fill("#id_name", "Bia Canária")
        tab.page.fill("#id_email", "bia@example.com")
        tab.page.fill("#id_phone", "71 98765-4321")
        tab.page.select_option("#id_region", "BA")
        tab.page.locator("main form button.primary").click()
        tab.arrive(".callout.ok")
        look(tab, "shop-campaign-done", pictures)
        put(tab)
        tab.go("/shop/checkout/")
        assert "8.99" in tab.page.locator("[data-discount]").inner_text()
        look(tab, "shop-checkout", pictures)


class TestBankAway:
    def test_keeps_the_basket_and_all_but_the_card(
        self, stack: Stack, open_tab: OpenTab, pictures: Path
    ) -> None:
        card = stack.demo["cards"][1]
        tab = open_tab()
        put(tab)
        tab.go("/shop/checkout/")
        stack.kill("bank")
        try:
            fill_in(tab, card)
            with tab.forgive(*_REFUSED):
                order(tab)
                tab.arrive(".callout.wait")
            assert tab.page.input_value("#id_address").startswith("Rua das Flores")
            assert tab.page.input_value("#id_number") == ""
            look(tab, "shop-checkout-away", pictures)
        finally:
            stack.launch("bank")
        stack.wait_ready("bank")

        def is_ordered() -> bool:
            type_card(tab, card)
            with tab.page.expect_navigation():
                order(tab)
            return tab.page.locator("#order-state").count() == 1

        # The breaker lets a call through again after a while.
        wait_until(is_ordered, what="the order at the bank that is back")
