"""Pay at the shop, find it on the statement, pay the invoice: a holder in a real browser."""

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

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]
_POSTED_SECONDS = 120
# The browser notes such an answer as an error; here it is what was asked for.
_REFUSED = (402, 409, 422, 503)
_INVARIANTS = "/bank/invariants/"
_BREAK_ONE = """
from django.utils import timezone
from uuid_utils.compat import uuid7
from bank_grpc.models import InvariantResult
found = InvariantResult.objects.order_by("name").last()
examples = [str(uuid7()) for _ in range(3)]
found.broken, found.examples, found.red_since = 3, examples, timezone.now()
found.save()
"""
_PAUSE_ONE = """
from django.utils import timezone
from bank_grpc.models import Card
from bank_grpc.services.cards import issue_card
now = timezone.now()
made = issue_card(holder="Dora Teste", limit_cents=100_000, actor="test", now=now)
Card.objects.filter(pk=made.card_id).update(wrong_codes=10, wrong_code_at=now)
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own: it stops the bank and the statement at will."""
    folder = tmp_path_factory.mktemp("bank")
    with running(folder, consumers=("statement",), leave_out=("housekeeping", "live")) as started:
        yield started


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[Any]]:
    """Give the sessions of this module's own stack."""
    return {}


@pytest.fixture
def cardholder(stack: Stack) -> dict[str, str]:
    return next(login for login in stack.demo["logins"] if login["role"] == "cardholder")


def fill_in(tab: Tab, card: dict[str, Any], pieces: str = "1") -> None:
    """Fill in the checkout's form as a buyer does."""
    tab.go("/checkout/")
    type_card(tab, card)
    tab.page.fill("#id_pieces", pieces)


def type_card(tab: Tab, card: dict[str, Any]) -> None:
    """Type the card into the page that is open: no page sends it back."""
    tab.page.fill("#id_number", card["number"])
    tab.page.fill("#id_holder", card["holder"])
    tab.page.fill("#id_expiry", f"{card['expiration_month']:02}/{card['expiration_year'] % 100}")
    tab.page.fill("#id_cvv", card["cvv"])


def pay(tab: Tab) -> None:
    """Press Pay and wait for the page that answers, whatever it says."""
    with tab.page.expect_navigation():
        tab.page.locator("main form button.primary").click()


def pay_invoice(tab: Tab, amount: str) -> None:
    """Pay an amount on the page of an invoice."""
    tab.page.fill("#id_amount", amount)
    tab.page.locator("[data-invoice] form button").click()
    tab.arrive(".toast.success")


def wait_until_posted(tab: Tab, home: str) -> None:
    """Open the statement anew until nothing is on its way any more."""

    def is_posted() -> bool:
        tab.go(home)
        return tab.page.locator("[data-waiting]").count() == 0

    wait_until(is_posted, seconds=_POSTED_SECONDS, what="posted on the statement")


def available(tab: Tab) -> str:
    """Return what the page says may still be spent."""
    return tab.page.locator("[data-available]").inner_text().replace("\u00a0", " ")


def amounts(tab: Tab, table: str) -> list[int]:
    """Return the last column of a table's rows, in cents."""
    cells = tab.page.locator(f"{table} tbody td:last-child").all_inner_texts()
    return [_cents(text) for text in cells]


def try_too_much(tab: Tab, card: dict[str, Any]) -> None:
    """Pay for more than the limit covers, and see it refused."""
    fill_in(tab, card, "99")
    with tab.forgive(*_REFUSED):
        pay(tab)
        tab.arrive(".callout.bad")


def buy(tab: Tab, card: dict[str, Any]) -> None:
    """Pay at the shop, and see it approved."""
    fill_in(tab, card)
    pay(tab)
    tab.arrive(".callout.ok")


class TestHolder:
    def test_pays_sees_it_on_its_way_and_posted_and_pays_the_invoice(
        self, stack: Stack, open_tab: OpenTab, cardholder: dict[str, str]
    ) -> None:
        card = stack.demo["cards"][0]
        home = f"/bank/cards/{card['card_id']}/"
        tab = open_tab()
        tab.sign_in(cardholder, then=home)
        before = _cents(available(tab))

        stack.kill("statement")
        try:
            fill_in(tab, card, "3")
            pay(tab)
            tab.arrive(".callout.ok")
            tab.go(home)
            assert "269.70" in tab.page.locator("[data-waiting]").inner_text()
            assert _cents(available(tab)) == before - 26970
        finally:
            stack.launch("statement")
        wait_until_posted(tab, home)
        assert "269.70" in tab.page.locator("[data-statement] table").inner_text()

        tab.page.get_by_role("link", name="Invoices").click()
        tab.page.wait_for_url("**/invoices/")
        tab.page.locator("main table a").first.click()
        assert "269.70" in tab.page.locator("[data-invoice] table").inner_text()
        pay_invoice(tab, "100.00")

        assert _cents(available(tab)) == before - 26970 + 10000
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
        spent = _cents(before) - _cents(available(tab))
        assert spent == 8990


class TestPages:
    def test_of_the_shop(
        self, stack: Stack, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)
        tab.go("/checkout/")
        look(tab, "checkout", pictures, surroundings)
        tab.page.fill("#id_number", "4000 0000 0000 0001")
        with tab.forgive(*_REFUSED):
            pay(tab)
            tab.arrive(".callout.bad")
        assert tab.page.locator("#id_number[aria-invalid]").input_value() == ""
        look(tab, "checkout-wrong", pictures, surroundings)
        card = stack.demo["cards"][0]
        buy(tab, card)
        facts = tab.page.locator("dl.facts").inner_text()
        assert _cents(facts.splitlines()[1]) == 8990
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
        buy(tab, card)
        try_too_much(tab, card)
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
        self,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        office = open_tab(**surroundings)
        office.sign_in(staff, then="/bank/")
        look(office, "cards", pictures, surroundings)
        office.page.fill("#id_holder", "Carla Teste")
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
        _manage(stack, "shell", "--command", _PAUSE_ONE)
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
        _manage(stack, "check_invariants")
        tab = open_tab(**surroundings)
        tab.sign_in(staff, then=_INVARIANTS)
        tab.page.locator("[data-invariant] .badge.ok").first.wait_for()
        assert tab.page.locator(".badge.bad").count() == 0
        look(tab, "invariants", pictures, surroundings)

        _manage(stack, "shell", "--command", _BREAK_ONE)
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
        before = _cents(available(office))
        stack.kill("bank")
        try:
            fill_in(tab, card)
            with tab.forgive(*_REFUSED):
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

        wait_until(is_paid, seconds=_POSTED_SECONDS, what="paid by the bank that is back")
        office.page.reload()
        assert _cents(available(office)) == before - 8990


def _manage(stack: Stack, *arguments: str) -> None:
    """Run a command on the stack's data, as its operator does."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=stack.plan.surroundings, check=True
    )


def _cents(money: str) -> int:
    return int(re.sub(r"\D", "", money))
