"""Buy, follow the order, cancel it, sign up, be erased: a customer in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.buyer import (
    act,
    at_checkout,
    buy,
    fill_in,
    order,
    put,
    sign_up,
    type_card,
    wait_for_status,
)
from tests.browser.looking import look
from tests.browser.tabs import OpenTab
from tests.stack import Stack, running, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka]
# The browser notes such an answer as an error; here it is what was asked for.
_REFUSED = (422, 503)
_PAID = ("stock_reserved", "fraud_clear", "payment_begun", "payment_approved")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own: it stops the bank at will, and is the saga itself."""
    folder = tmp_path_factory.mktemp("shop")
    with running(folder, consumers=(), leave_out=("housekeeping", "sweeper")) as started:
        yield started


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
        tab = at_checkout(open_tab())
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

    def test_the_enter_key_applies_a_coupon_and_leaves_the_card_typed(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        card = stack.demo["cards"][0]
        tab = at_checkout(open_tab())
        fill_in(tab, card)
        coupon = tab.page.locator("#id_coupon")
        coupon.fill("nada")
        coupon.press("Enter")
        tab.page.get_by_text("There is no such coupon.").wait_for()
        coupon.fill("bemvindo10")
        coupon.press("Enter")

        tab.page.locator("[data-discount]", has_text="8.99").wait_for()
        tab.page.locator("#checkout button.primary", has_text="80.91").wait_for()
        assert tab.page.input_value("#id_number") == card["number"]
        assert tab.page.input_value("#id_cvv") == card["cvv"]
        assert tab.page.get_by_text("There is no such coupon.").count() == 0
        tab.page.locator("#id_cvv").press("Enter")
        assert "80.91" in tab.arrive("#order-state").inner_text()
        assert tab.complaints == []

    def test_the_enter_key_applies_a_coupon_without_scripts(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab(scripts=False)
        at_checkout(tab)
        fill_in(tab, stack.demo["cards"][0])
        tab.page.fill("#id_coupon", "bemvindo10")
        tab.page.locator("#id_coupon").press("Enter")

        assert "8.99" in tab.arrive("[data-discount]").inner_text()
        assert tab.page.input_value("#id_name") == "Maria Canária"

    def test_twice_pressed_is_once_ordered_without_scripts(
        self, stack: Stack, open_tab: OpenTab
    ) -> None:
        tab = open_tab()
        sign_up(tab, "twice")
        at_checkout(tab)
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
        self, stack: Stack, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
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
        at_checkout(tab)
        assert "8.99" in tab.page.locator("[data-discount]").inner_text()
        look(tab, "shop-checkout", pictures)


class TestBankAway:
    def test_keeps_the_basket_and_all_but_the_card(
        self, stack: Stack, open_tab: OpenTab, pictures: Path
    ) -> None:
        card = stack.demo["cards"][1]
        tab = at_checkout(open_tab())
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
