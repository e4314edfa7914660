"""One Chromium for a module, tabs in it, and the people who sign in there."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from tests.browser.panel import live
from tests.browser.tabs import SURROUNDINGS, OpenTab, Tab
from tests.stack import Stack, payment

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
_PATIENCE_MS = 90_000


def _note(tab: Tab, message: ConsoleMessage) -> None:
    if message.type == "error":
        tab.heard.append((message.text, message.location["url"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Chromium, the system's own; the test is left out where there is none.

    One for a module, not for the session: while playwright runs, it has an event loop in this
    thread, and Django refuses database work there.
    """
    path = os.environ.get("TRILHO_TEST_BROWSER") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium (TRILHO_TEST_BROWSER is unset)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS, timeout=_PATIENCE_MS
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[Any]]:
    """Give the session cookies by user name, so that each person signs in once a module."""
    return {}


@pytest.fixture
def open_tab(browser: Browser, stack: Stack, sessions: dict[str, list[Any]]) -> Iterator[OpenTab]:
    """Give a function that opens a tab in a session of its own, as it is asked for."""
    contexts = []

    def open_one(
        *, width: int = 1280, scheme: str = "light", language: str = "en", scripts: bool = True
    ) -> Tab:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="pt-BR" if language == "pt-br" else "en-US",
            timezone_id="America/Sao_Paulo",
            # A colour on its way to another is neither, and axe would measure it.
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        # Late is not lost: the machine that this runs on may be a busy one.
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": stack.base_url}])
        tab = Tab(context.new_page(), stack.base_url, sessions)
        tab.page.on("pageerror", lambda error: tab.heard.append((str(error), "")))
        tab.page.on("console", partial(_note, tab))
        return tab

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def agent(stack: Stack) -> dict[str, str]:
    """Give the login of an agent of telesales."""
    return next(login for login in stack.demo["logins"] if login["role"] == "agent")


@pytest.fixture
def staff(stack: Stack) -> dict[str, str]:
    """Give the login of somebody who sees everything."""
    return next(login for login in stack.demo["logins"] if login["role"] == "staff")


@pytest.fixture
def cardholder(stack: Stack) -> dict[str, str]:
    """Give the login of somebody who holds a card."""
    return next(login for login in stack.demo["logins"] if login["role"] == "cardholder")


@pytest.fixture
def merchants(stack: Stack) -> list[dict[str, str]]:
    """Give the logins of the merchants' people, in the order of `stack.demo["accounts"]`."""
    return [login for login in stack.demo["logins"] if login["role"] == "merchant"]


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


@pytest.fixture
def post(stack: Stack) -> Callable[..., str]:
    """Give a function that posts a transaction and returns its id."""

    def post_one(amount: str = "29.90", **options: object) -> str:
        account = int(str(options.pop("account", 0)))
        answer = stack.post(payment(amount, **options), account=account)  # type: ignore[arg-type]
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    return post_one


@pytest.fixture
def panel(open_tab: OpenTab, staff: dict[str, str]) -> Tab:
    """Give the panel of a member of staff, with its line open."""
    tab = open_tab()
    tab.sign_in(staff)
    live(tab).wait_for()
    return tab
