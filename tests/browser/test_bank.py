"""Pay at the shop, find it on the statement, pay the invoice: a holder in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.bank_shell import BREAK_ONE, PAUSE_ONE, manage
from tests.browser.holder import (
    POSTED_SECONDS,
    REFUSED,
    amounts,
    available,
    buy,
    cents,
    fill_in,
    pay,
    pay_invoice,
    spend,
    try_too_much,
    type_card,
    wait_until_posted,
)
from tests.browser.looking import look
from tests.browser.tabs import OpenTab
from tests.stack import Stack, running, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]
_INVARIANTS = "/bank/invariants/"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own: it stops the bank and the statement at will."""
    folder = tmp_path_factory.mktemp("bank")
    with running(folder, consumers=("statement",), leave_out=("housekeeping", "live")) as started:
        yield started


class TestHolder:
    def test_pays_sees_it_on_its_way_and_posted_and_pays_the_invoice(
        self, stack: Stack, open_tab: OpenTab, cardholder: dict[str, str]
    ) -> None:
        card = stack.demo["cards"][0]
        home = f"/bank/cards/{card['card_id']}/"
        tab = open_tab()
        tab.sign_in(cardholder, then=home)
        before = cents(available(tab))

        stack.kill("statement")
        try:
            fill_in(tab, card, "3")
            pay(tab)
            tab.arrive(".callout.ok")
            tab.go(home)
            assert "269.70" in tab.page.locator("[data-waiting]").inner_text()
            assert cents(available(tab)) == before - 26970
        finally:
            stack.launch("statement")
        wait_until_posted(tab, home)
        assert "269.70" in tab.page.locator("[data-statement] table").inner_text()

        tab.page.get_by_role("link", name="Invoices").click()
        tab.page.wait_for_url("**/invoices/")
        tab.page.locator("main table a").first.click()
        assert "269.70" in tab.page.locator("[data-invoice] table").inner_text()
        pay_invoice(tab, "100.00")

        assert cents(available(tab)) == before - 26970 + 10000
        assert tab.complaints == []

    def test_learns_why_a_purchase_was_refused(
        self, stack: Stack, open_tab: OpenTab, cardholder: dict[str, str]
    ) -> None:
        card = stack.demo["cards"][0]
        tab = open_tab()
        try_too_much(tab, card)

        assert "limit" in tab.page.locator(".callout.bad").inner_text()
        tab.sign_in(cardholder, then=f"/bank/cards/{card['card_id']}/refused/")
        assert "8,900.10" in tab.page.locator("main table").inner_text()
        assert tab.complaints == []

    def test_presses_twice_and_pays_once_without_scripts(
        self, stack: Stack, open_tab: OpenTab, cardholder: dict[str, str]
    ) -> None:
        card = stack.demo["cards"][0]
        tab = open_tab()
        tab.sign_in(cardholder, then=f"/bank/cards/{card['card_id']}/")
        before = available(tab)

        fill_in(tab, card)
        # The page stays where it is while the first press is under way.
        tab.page.evaluate(
            "const form = document.querySelector('main form');"
            "fetch(form.action, {method: 'POST', body: new FormData(form)}); form.submit()"
        )
        tab.arrive(".callout.ok")

        tab.go(f"/bank/cards/{card['card_id']}/")
        spent = cents(before) - cents(available(tab))
        assert spent == 8990


class TestPages:
    def test_of_the_shop(
        self, stack: Stack, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)
        tab.go("/checkout/")
        look(tab, "checkout", pictures, surroundings)
        tab.page.fill("#id_number", "4000 0000 0000 0001")
        with tab.forgive(*REFUSED):
            pay(tab)
            tab.arrive(".callout.bad")
        assert tab.page.locator("#id_number[aria-invalid]").input_value() == ""
        look(tab, "checkout-wrong", pictures, surroundings)
        card = stack.demo["cards"][0]
        buy(tab, card)
        facts = tab.page.locator("dl.facts").inner_text()
        assert cents(facts.splitlines()[1]) == 8990
        assert f"•••• {card['number'][-4:]}" in facts
        look(tab, "paid", pictures, surroundings)

    def test_of_the_holder(
        self,
        stack: Stack,
        open_tab: OpenTab,
        cardholder: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        card = stack.demo["cards"][0]
        home = f"/bank/cards/{card['card_id']}/"
        tab = open_tab(**surroundings)
        spend(tab, card, stack.plan.bank_address)
        tab.sign_in(cardholder, then=home)
        wait_until_posted(tab, home)
        newest = tab.arrive("[data-statement] tbody tr").inner_text()
        assert re.search(r"89[.,]90", newest)
        look(tab, "statement", pictures, surroundings)
        tab.go(f"{home}refused/")
        assert amounts(tab, "main table")[0] == 99 * 8990
        look(tab, "refused", pictures, surroundings)
        tab.go(f"{home}sure/")
        assert card["number"][-4:] in tab.page.locator("main .sheet p").inner_text()
        look(tab, "sure", pictures, surroundings)
        tab.go(f"{home}invoices/")
        owed = amounts(tab, "main table")[0]
        look(tab, "invoices", pictures, surroundings)
        tab.page.locator("main table a").first.click()
        tab.arrive("[data-invoice] table")
        lines = amounts(tab, "[data-invoice] table")
        assert 8990 in lines
        assert sum(lines) == owed
        look(tab, "invoice", pictures, surroundings)

    def test_of_the_staff(
        self, open_tab: OpenTab, staff: dict[str, str], pictures: Path, surroundings: dict[str, str]
    ) -> None:
        office = open_tab(**surroundings)
        office.sign_in(staff, then="/bank/")
        look(office, "cards", pictures, surroundings)
        office.page.fill("#id_holder", f"Carla {'T' * 94}")
        office.page.fill("#id_limit", "1000")
        office.page.locator("main form button.primary").click()
        office.arrive("[data-number]")
        look(office, "once", pictures, surroundings)
        office.page.locator("main .sheet a.button").click()
        office.page.locator("form[action$='/invite/'] button").click()
        address = office.arrive("#address").input_value()
        look(office, "invited", pictures, surroundings)
        office.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        office.page.locator("button[data-copy]").click()
        office.arrive(".toast")
        assert office.page.evaluate("navigator.clipboard.readText()") == address
        tab = open_tab(**surroundings)
        tab.page.goto(address)
        look(tab, "invitation", pictures, surroundings)

    def test_of_a_paused_card(
        self,
        stack: Stack,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        manage(stack, "shell", "--command", PAUSE_ONE)
        tab = open_tab(**surroundings)
        tab.sign_in(staff, then="/bank/?state=paused")
        look(tab, "cards-paused", pictures, surroundings)
        tab.page.locator("main table a").first.click()
        tab.arrive("[data-paused]")
        look(tab, "paused", pictures, surroundings)
        tab.page.locator("form[action$='/resume/'] button").click()
        tab.arrive(".toast.success")
        assert tab.page.locator("[data-paused]").count() == 0

    def test_of_the_invariants(
        self,
        stack: Stack,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        manage(stack, "check_invariants")
        tab = open_tab(**surroundings)
        tab.sign_in(staff, then=_INVARIANTS)
        tab.page.locator("[data-invariant] .badge.ok").first.wait_for()
        assert tab.page.locator(".badge.bad").count() == 0
        look(tab, "invariants", pictures, surroundings)

        manage(stack, "shell", "--command", BREAK_ONE)
        tab.go(_INVARIANTS)
        assert tab.page.locator("[data-invariant]").first.locator(".badge.bad").count() == 1
        look(tab, "invariants-red", pictures, surroundings)


class TestBankAway:
    def test_says_so_and_pays_once_when_it_is_back(
        self, stack: Stack, open_tab: OpenTab, staff: dict[str, str], pictures: Path
    ) -> None:
        card = stack.demo["cards"][1]
        office, tab = open_tab(), open_tab()
        office.sign_in(staff, then=f"/bank/cards/{card['card_id']}/")
        before = cents(available(office))
        stack.kill("bank")
        try:
            fill_in(tab, card)
            with tab.forgive(*REFUSED):
                pay(tab)
                tab.arrive(".callout.wait")
            assert "The bank does not answer" in tab.page.locator(".callout.wait").inner_text()
            look(tab, "checkout-away", pictures)
        finally:
            stack.launch("bank")
        stack.wait_ready("bank")

        def is_paid() -> bool:
            type_card(tab, card)
            pay(tab)
            return tab.page.locator(".callout.ok").count() == 1

        wait_until(is_paid, seconds=POSTED_SECONDS, what="paid by the bank that is back")
        office.page.reload()
        assert cents(available(office)) == before - 8990
