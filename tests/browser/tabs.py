"""A tab of the browser as a person uses it, in both themes and languages."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Response

from tests.stack import wait_until

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
