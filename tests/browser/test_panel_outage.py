"""The panel when nobody looks, when its numbers stop, and when the broker goes away and returns."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Locator, WebSocket

from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, payment, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]

Wire = list[dict[str, Any]]


@pytest.fixture
def post(stack: Stack) -> Callable[[], str]:
    """Give a function that posts a transaction and returns its id."""

    def post_one() -> str:
        answer = stack.post(payment())
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    return post_one


@pytest.fixture
def watched(open_tab: OpenTab, staff: dict[str, str]) -> tuple[Tab, Wire]:
    """Give the panel of a member of staff, and what its socket brings, as it comes."""
    tab = open_tab()
    messages: Wire = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda text: messages.append(json.loads(text)))

    tab.page.on("websocket", listen)
    tab.sign_in(staff)
    badge(tab, "ok").wait_for()
    return tab, messages


@pytest.fixture
def no_broker(stack: Stack) -> Iterator[Callable[[], None]]:
    """Give a function that brings the broker back; take the broker away until then."""
    stack.kill("kafka")
    is_away = True

    def bring_back() -> None:
        nonlocal is_away
        stack.launch("kafka")
        is_away = False

    yield bring_back
    if is_away:
        bring_back()
    stack.wait_ready()


def badge(tab: Tab, level: str) -> Locator:
    """Return the badge of the connection at that level."""
    return tab.page.locator(f"[data-connection] .badge.{level}")


def told(messages: Wire) -> list[tuple[str, str]]:
    """Return (kind, id) of every event on the wire."""
    return [
        (event["kind"], event["transaction"]["id"])
        for message in messages
        for event in message.get("events", ())
    ]


def until_told(tab: Tab, is_told: Callable[[], bool], what: str) -> None:
    """Wait for what the socket brings: it is handed over while the page is asked something."""
    wait_until(lambda: (tab.page.title(), is_told())[1], seconds=120, what=what)


def both(ids: list[str]) -> set[tuple[str, str]]:
    """Return the two events of each transaction."""
    return {(kind, id_) for id_ in ids for kind in ("received", "decided")}


def shown(tab: Tab) -> list[str]:
    """Return the ids of the rows, from the top."""
    rows: list[str] = tab.page.locator("tr[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )
    return rows


# Hides the tab and counts in one go, so that nothing is drawn between the two. Only rows that come
# or change their content are counted: what a row says of its age moves with the clock.
_HIDE_AND_COUNT = """() => {
    const list = document.querySelector("[data-rows]");
    window.drawings = [];
    new MutationObserver(records => {
        const rows = records.filter(({ target }) => !target.closest("time"));
        const added = rows.flatMap(record => [...record.addedNodes]);
        if (rows.length) window.drawings.push(added.filter(node => node.localName === "tr").length);
    }).observe(list, { childList: true, subtree: true });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
    return [...list.children].map(row => row.dataset.id);
}"""
_SHOW = """() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


class TestHiddenTab:
    def test_draws_nothing_and_catches_up_at_once(
        self, watched: tuple[Tab, Wire], post: Callable[[], str]
    ) -> None:
        tab, messages = watched
        tab.page.locator(f"tr[data-id='{post()}'] .badge.ok").wait_for()
        before = tab.page.evaluate(_HIDE_AND_COUNT)

        # More than the list has rows.
        with ThreadPoolExecutor(4) as pool:
            missed = list(pool.map(lambda _: post(), range(250)))
        until_told(tab, lambda: both(missed) <= set(told(messages)), "all that was posted")
        assert (shown(tab), tab.page.evaluate("window.drawings")) == (before, [])

        tab.page.evaluate(_SHOW)

        tab.until("document.querySelectorAll('tr[data-id]').length === 200")
        assert set(shown(tab)) <= set(missed)
        # All of it at once, neither row by row nor frame by frame, however slow the machine is.
        assert tab.page.evaluate("window.drawings")[0] == 200
        tab.page.keyboard.press("?")
        tab.page.locator("#keys[open]").wait_for()


class TestStaleNumbers:
    def test_turn_grey_and_say_their_age_until_they_come_again(
        self, open_tab: OpenTab, staff: dict[str, str]
    ) -> None:
        tab = open_tab()
        tab.page.clock.install()
        tab.sign_in(staff)
        tile = tab.page.locator("[data-tile=received]")
        tab.until(
            "/[0-9]/.test(document.querySelector('[data-tile=received] [data-value]').textContent)"
        )
        value = tab.page.locator("[data-tile=received]:not(.is-stale) [data-value]")
        fresh = value.evaluate("node => getComputedStyle(node).color")

        # It reads one answer after the other: once one is missing, none is on its way.
        tab.page.route("**/panel/stats/", lambda route: route.abort())
        tab.page.wait_for_event("requestfailed", lambda request: "/stats/" in request.url)
        number = tile.locator("[data-value]").inner_text()
        tab.page.clock.fast_forward(60_000)

        stale = tab.page.locator("[data-tile].is-stale")
        wait_until(lambda: stale.count() == 4)
        assert tile.locator("[data-value]").inner_text() == number
        assert "min ago" in tile.locator("[data-age]").inner_text()
        color = tile.locator("[data-value]").evaluate("node => getComputedStyle(node).color")
        assert color != fresh

        tab.page.unroute("**/panel/stats/")
        wait_until(lambda: stale.count() == 0)


class TestBroker:
    def test_away_is_said_and_nothing_is_lost_or_doubled(
        self,
        watched: tuple[Tab, Wire],
        post: Callable[[], str],
        request: pytest.FixtureRequest,
    ) -> None:
        tab, messages = watched
        before = post()
        tab.page.locator(f"tr[data-id='{before}'] .badge.ok").wait_for()

        bring_back = request.getfixturevalue("no_broker")
        tab.page.locator("[data-connection] .badge.wait", has_text="Stale since").wait_for()
        # What is accepted meanwhile waits in the outbox, and the panel does not pretend to know it.
        missed = [post() for _ in range(5)]
        assert not set(missed) & set(shown(tab))
        assert before in shown(tab)
        bring_back()

        for id_ in missed:
            tab.page.locator(f"tr[data-id='{id_}'] .badge.ok").wait_for()
        badge(tab, "ok").wait_for()

        def states() -> list[str]:
            return [each["state"] for each in messages if each["type"] == "status"]

        until_told(tab, lambda: states()[-1:] == ["live"], "the line to be live again")
        assert states()[0] == "stale"
        ours = [each for each in told(messages) if each[1] in {before, *missed}]
        assert sorted(ours) == sorted(both([before, *missed]))
        assert tab.page.locator("[data-healed]").inner_text() == ""
