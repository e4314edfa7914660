"""Every page, as it looks: both widths, both themes, both languages."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import OpenTab, Tab
from tests.stack import Stack, payment, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka]

WIDTHS = (1280, 360)
SURROUNDINGS = [
    {"scheme": scheme, "language": language}
    for scheme in ("light", "dark")
    for language in ("en", "pt-br")
]
# The admin is the theme's own markup: what axe holds against it is not ours to mend.
_ADMIN = "/admin/"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Give the folder for screenshots: TRILHO_PICTURES keeps them for a person's eye."""
    folder = Path(os.environ.get("TRILHO_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(params=SURROUNDINGS, ids=lambda each: "-".join(each.values()))
def surroundings(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give a theme and a language, as `open_tab` takes them."""
    return dict(request.param)


def look(
    tab: Tab,
    name: str,
    pictures: Path,
    surroundings: dict[str, str] | None = None,
    *,
    skip_axe: bool = False,
) -> None:
    """Take a picture in each width; the page fits it, complains of nothing, shuts nobody out."""
    name = "-".join([name, *(surroundings or {}).values()])
    # The markup is the same in both languages: once is enough for what axe looks at.
    skip_axe = skip_axe or (surroundings or {}).get("language") == "pt-br"
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.page.wait_for_timeout(50)
        tab.page.screenshot(path=pictures / f"{name}-{width}.png")
        overflow = tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} at {width}: wider than the window by {overflow} px"
        if not skip_axe:
            violations = Axe().run(tab.page).response["violations"]
            assert not violations, f"{name} at {width}: {_told(violations)}"
    assert tab.complaints == [], name


def _told(violations: list[dict[str, object]]) -> str:
    return "; ".join(
        f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"  # type: ignore[index]
        for each in violations
    )


class TestPages:
    def test_open_to_everybody(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)

        for name, path in (("start", "/"), ("login", "/login/")):
            tab.go(path)
            look(tab, name, pictures, surroundings)

        assert tab.page.locator("html").get_attribute("lang") == surroundings["language"]

    def test_what_went_wrong(
        self, open_tab: OpenTab, pictures: Path, surroundings: dict[str, str]
    ) -> None:
        tab = open_tab(**surroundings)

        tab.go("/nowhere/")
        tab.complaints.clear()  # the 404 itself, which is what was asked for
        look(tab, "missing", pictures, surroundings)

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
        tab.page.wait_for_function(
            "/[0-9]/.test(document.querySelector('[data-tile=received] [data-value]').textContent)"
        )
        look(tab, "panel", pictures, surroundings)

        row.click()
        tab.page.locator(".step").nth(2).wait_for()
        look(tab, "timeline", pictures, surroundings)
        tab.page.keyboard.press("Escape")

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
        if surroundings == SURROUNDINGS[0]:
            for path in lists:
                tab.go(path)
                assert tab.complaints == [], path


class TestSignIn:
    def test_says_kindly_that_the_password_is_wrong_and_then_pauses(
        self, open_tab: OpenTab, merchants: list[dict[str, str]], pictures: Path
    ) -> None:
        tab = open_tab()
        wrong = {**merchants[2], "password": "not it"}

        for _ in range(5):
            tab.go("/login/")
            tab.page.fill("#id_username", wrong["username"])
            tab.page.fill("#id_password", wrong["password"])
            tab.page.click("form.stack button")
            tab.page.locator("[role=alert]").wait_for()
        tab.complaints.clear()  # the browser notes the answer 429 itself
        look(tab, "locked", pictures)

        assert tab.page.locator(".callout.wait").inner_text().startswith("Signing in is paused")

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
