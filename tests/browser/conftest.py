"""One Chromium for the session; pages in both widths, themes and languages."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    sync_playwright,
)

from tests.stack import Stack, wait_until

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
_PATIENCE_MS = 90_000
# What the browser itself notes of an answer that is none of 200.
_ANSWERED = re.compile(r"the server responded with a status of (\d+)")
# Each theme and each language once; TRILHO_LOOK=all looks at every page in all four.
SURROUNDINGS = [
    {"scheme": scheme, "language": language}
    for scheme in ("light", "dark")
    for language in ("en", "pt-br")
    if os.environ.get("TRILHO_LOOK") == "all" or (scheme == "light") == (language == "en")
]


@dataclass
class Tab:
    """A page with what the browser complained about while it was open."""

    page: Page
    base_url: str
    sessions: dict[str, list[Any]]
    # Each with the address that it is about, empty where the page itself complained.
    heard: list[tuple[str, str]] = field(default_factory=list)
    forgiven: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def complaints(self) -> list[str]:
        """Return what the browser complained about, short of what was forgiven."""
        left, found = self.forgiven.copy(), []
        for text, address in self.heard:
            answered = _ANSWERED.search(text)
            about = (answered[1], address) if answered else ("", "")
            if left[about]:
                left[about] -= 1
            else:
                found.append(text)
        return found

    @contextmanager
    def forgive(self, *statuses: int) -> Iterator[None]:
        """Ask for an answer of one of these statuses inside, and take it for granted there.

        The browser's note of it may come before the page that it answers with, or long after: by
        its address it is known, and each answer is forgiven one.
        """
        answers: list[tuple[str, str]] = []

        def hear(response: Response) -> None:
            if response.status in statuses:
                answers.append((str(response.status), response.url))

        self.page.on("response", hear)
        try:
            yield
        finally:
            self.page.remove_listener("response", hear)
            self.forgiven.update(answers)
        assert answers, f"nothing was answered by any of {statuses}"

    def arrive(self, selector: str) -> Locator:
        """Wait for the page that shows the selector, until its scripts have run; return that."""
        found = self.page.locator(selector).first
        found.wait_for()
        self.page.wait_for_load_state()
        return found

    def address(self) -> str:
        """Return where the page is, by its own word; `page.url` is told of it some time later."""
        return str(self.page.evaluate("location.href"))

    def go(self, path: str) -> None:
        """Open the path on the stack's address."""
        self.page.goto(f"{self.base_url}{path}")

    def until(self, expression: str) -> None:
        """Wait until the expression is true on the page.

        Playwright's own `wait_for_function` asks again by `eval`, which our policy of contents
        forbids: it works where the first answer is yes, and fails on a slow machine.
        """
        wait_until(lambda: self.page.evaluate(expression), seconds=90, what=expression)

    def sign_in(self, login: dict[str, str], then: str = "/panel/") -> None:
        """Sign in through the page, as a person does; later tabs take the session over."""
        if login["username"] in self.sessions:
            self.page.context.add_cookies(self.sessions[login["username"]])
            self.go(then)
            return
        self.go(f"/login/?next={then}")
        self.page.fill("#id_username", login["username"])
        self.page.fill("#id_password", login["password"])
        self.page.click("form.stack button")
        self.page.wait_for_url(f"**{then}")
        kept = [each for each in self.page.context.cookies() if each["name"] == "sessionid"]
        self.sessions[login["username"]] = kept


OpenTab = Callable[..., Tab]


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
    """Give a function that opens a tab in a session of its own: width, scheme, language."""
    contexts = []

    def open_one(*, width: int = 1280, scheme: str = "light", language: str = "en") -> Tab:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="pt-BR" if language == "pt-br" else "en-US",
            timezone_id="America/Sao_Paulo",
            # A colour on its way to another is neither, and axe would measure it.
            reduced_motion="reduce",
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
