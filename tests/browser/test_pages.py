"""Every page, as it looks: both widths, both themes, both languages."""

import re
from pathlib import Path

import pytest

from orders.domain.pipeline import TABLE
from tests.browser.looking import look
from tests.browser.tabs import SURROUNDINGS, OpenTab
from tests.stack import Stack, payment, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]

# The admin is the theme's own markup: what axe holds against it is not ours to mend.
_ADMIN = "/admin/"


class TestPages:
    def test_open_to_everybody(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)

        pages = {"start": "/", "login": "/login/", "problems": "/api/problems/"}
        for name, path in pages.items():
            tab.go(path)
            look(tab, name, pictures, surroundings)

        assert tab.page.locator("html").get_attribute("lang") == surroundings["language"]

    def test_the_apis_own_page(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)

        tab.go("/api/docs/")
        operation = tab.page.locator(".opblock-post", has_text="/api/v1/transactions").first
        operation.wait_for()
        look(tab, "docs", pictures, surroundings)

        operation.locator("button.opblock-summary-control").click()
        operation.locator(".opblock-body table").first.wait_for()
        assert "Idempotency-Key" in operation.locator(".opblock-body").inner_text()
        look(tab, "docs-operation", pictures, surroundings)

    def test_what_went_wrong(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)

        with tab.forgive(404):
            tab.go("/nowhere/")
        assert "404" in tab.page.locator("main").inner_text()
        assert tab.page.locator("main a[href='/']").count() == 1
        look(tab, "missing", pictures, surroundings)

    def test_operators_of_the_shop(
        self,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = open_tab(**surroundings)
        tab.sign_in(staff, then="/saga/")
        look(tab, "saga-board", pictures, surroundings)
        tab.go("/saga/pipeline/")
        assert tab.page.locator("[data-cell]").count() == len(TABLE)
        look(tab, "saga-pipeline", pictures, surroundings)
        tab.go("/saga/tasks/")
        assert tab.page.locator("[data-task]").count() == 0
        look(tab, "saga-tasks", pictures, surroundings)
        tab.go("/reports/")
        assert tab.page.locator("[data-tile='orders'] .tile-value").inner_text() == "0"
        look(tab, "reports", pictures, surroundings)

    def test_panel_of_staff(
        self,
        stack: Stack,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        id_ = stack.post(payment()).json()["id"]
        stack.post(payment("1200.00"))
        tab = open_tab(**surroundings)
        tab.sign_in(staff)

        row = tab.page.locator(f"tr[data-id='{id_}']")
        row.locator(".badge.ok").wait_for()
        assert re.search(r"29[.,]90", row.inner_text())
        tab.until(
            "/[0-9]/.test(document.querySelector('[data-tile=received] [data-value]').textContent)"
        )
        look(tab, "panel", pictures, surroundings)

        tab.page.keyboard.press("h")
        tab.page.locator("[data-past-exact]").wait_for()
        look(tab, "look-back", pictures, surroundings)
        for _ in range(3):
            tab.page.keyboard.press("ArrowLeft")
        tab.page.locator("main.is-past [data-past-live]:not([hidden])").wait_for()
        look(tab, "past", pictures, surroundings)
        tab.page.keyboard.press("Escape")

        row.click()
        tab.page.locator(".step").nth(2).wait_for()
        assert id_ in tab.page.locator("#timeline").inner_html()
        look(tab, "timeline", pictures, surroundings)
        tab.page.keyboard.press("Escape")
        tab.page.locator("#timeline").wait_for(state="hidden")

        tab.page.keyboard.press("?")
        tab.page.locator("#keys[open]").wait_for()
        look(tab, "keys", pictures, surroundings)

    def test_panel_of_merchant(
        self,
        open_tab: OpenTab,
        merchants: list[dict[str, str]],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = open_tab(**surroundings)
        tab.sign_in(merchants[1])

        tab.page.locator("[data-connection] .badge.ok").wait_for()
        look(tab, "merchant", pictures, surroundings)

        assert tab.page.locator("[data-lag], [data-outbox]").count() == 0

    def test_admin(
        self,
        open_tab: OpenTab,
        staff: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = open_tab(**surroundings)
        tab.sign_in(staff, then=_ADMIN)
        look(tab, "admin", pictures, surroundings, skip_axe=True)

        # Widest lists first: one page of each model that staff may see.
        links = tab.page.locator("main a, #content a, .grow a").evaluate_all(
            "nodes => [...new Set(nodes.map(node => node.getAttribute('href')))]"
        )
        lists = [link for link in links if re.fullmatch(r"/admin/\w+/\w+/", link or "")]
        assert lists
        # The lists in one light and one dark: both languages, both themes, for half the time.
        if surroundings in (SURROUNDINGS[0], SURROUNDINGS[-1]):
            for path in lists:
                tab.go(path)
                name = path.strip("/").replace("/", "-")
                look(tab, name, pictures, surroundings, skip_axe=True)

    def test_ids_in_the_admin_are_short_and_can_be_copied(
        self, stack: Stack, open_tab: OpenTab, staff: dict[str, str]
    ) -> None:
        id_ = stack.post(payment()).json()["id"]
        tab = open_tab()
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.sign_in(staff, then=f"{_ADMIN}transactions/transaction/")

        cell = tab.page.locator(f"#result_list code[title='{id_}']")
        cell.wait_for()
        assert cell.inner_text() == f"{id_[:6]}…{id_[-6:]}"
        tab.page.get_by_label(f"Copy id {id_}").click()
        wait_until(lambda: tab.page.evaluate("navigator.clipboard.readText()") == id_)
        assert tab.complaints == []


class TestSignIn:
    def test_says_kindly_that_the_password_is_wrong_and_then_pauses(
        self, open_tab: OpenTab, merchants: list[dict[str, str]], pictures: Path
    ) -> None:
        tab = open_tab()
        wrong = {**merchants[2], "password": "not it"}

        with tab.forgive(429):
            for _ in range(5):
                tab.go("/login/")
                tab.page.fill("#id_username", wrong["username"])
                tab.page.fill("#id_password", wrong["password"])
                tab.page.click("form.stack button")
                tab.arrive("[role=alert]")
        look(tab, "locked", pictures)

        assert tab.page.locator(".callout.wait").inner_text().startswith("Signing in is paused")

    def test_takes_a_page_that_was_left_open_to_the_login(
        self, open_tab: OpenTab, staff: dict[str, str]
    ) -> None:
        tab = open_tab()
        tab.sign_in(staff, then="/saga/")
        tab.arrive("[data-board]")

        tab.page.context.clear_cookies(name="sessionid")

        tab.page.wait_for_url("**/login/?next=/saga/")
        tab.arrive("#id_username")
        assert tab.page.locator("[data-board]").count() == 0

    def test_keeps_the_theme_that_was_chosen(self, open_tab: OpenTab) -> None:
        tab = open_tab()
        tab.go("/login/")

        tab.page.click("[data-menu] summary")
        tab.page.click("button[name=theme][value=dark]")
        tab.page.reload()

        assert tab.page.locator("html").get_attribute("data-theme") == "dark"

    def test_switches_the_language(self, open_tab: OpenTab) -> None:
        tab = open_tab()
        tab.go("/login/")

        tab.page.click("[data-menu] summary")
        tab.page.click("button[name=language][value=pt-br]")
        wait_until(lambda: tab.page.locator("html").get_attribute("lang") == "pt-br")

        assert tab.page.locator("h1").inner_text() == "Entrar"


class TestForgiving:
    def test_is_of_the_answer_that_was_asked_for_and_of_no_later_one(
        self, open_tab: OpenTab
    ) -> None:
        tab = open_tab()

        with tab.forgive(404):
            tab.go("/nowhere/")
        tab.go("/nowhere/")

        # To ask the page for anything lets the browser's notes in.
        wait_until(lambda: tab.address() and tab.complaints)
        assert len(tab.complaints) == 1
