"""An agent of telesales at work, in a real browser, on the whole product."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from uuid_utils.compat import uuid7

from messaging.confirmed import confirmed
from tests.browser.looking import look
from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]
LIST = "/televendas/"
_LONG_ID = re.compile(r"[0-9A-Za-z_-]{20,}")


class Source:
    """Plays the shop: publishes customers as the shop's own event says them."""

    def __init__(self, stack: Stack) -> None:
        self._producer = Producer({"bootstrap.servers": stack.demo["bootstrap_servers"]})
        self._version = 0

    def tell(self, *people: dict[str, Any]) -> None:
        """Publish each customer, newer than before."""
        with confirmed(self._producer) as send:
            for person in people:
                self._version += 1
                lean = {"phone": None, "region": "SE", "deleted": False, "erased": False}
                value = {**lean, "version": self._version, **person}
                headers = [
                    ("ce_type", b"customers.customer_changed.v1"),
                    ("ce_id", str(uuid7()).encode()),
                ]
                key = person["customer_id"].encode()
                send("customers", json.dumps(value).encode(), key, headers=headers)


@pytest.fixture(scope="module")
def source(stack: Stack) -> Source:
    """Give a source that has told of some people already, one of each kind."""
    shop = Source(stack)
    shop.tell(
        *(person(f"Ana {name}", f"+55119877700{n:02}") for n, name in enumerate(NAMES)),
        person("Beatriz Sem Telefone", None),
        person("Caio Recusou", "+5511980000001"),
        person("Davi Ilegível", "12"),
    )
    return shop


NAMES = ("Almeida", "Barbosa", "Cardoso", "Dias", "Esteves", "Ferreira", "Gomes", "Lima")


def person(name: str, phone: str | None, customer_id: str = "") -> dict[str, Any]:
    return {"customer_id": customer_id or str(uuid7()), "name": name, "phone": phone}


def listed(tab: Tab, name: str) -> Any:
    """Return the row with the name; one that was drawn anew counts once its links work."""
    return tab.page.locator("tr[data-person]:not(.htmx-added)", has_text=name)


def order_of(tab: Tab) -> list[str]:
    """Return who is listed, from the top."""
    rows: list[str] = tab.page.locator("tr[data-person]").evaluate_all(
        "rows => rows.map(row => row.dataset.person)"
    )
    return rows


def place_of(tab: Tab, name: str) -> list[Any]:
    """Return where the row with the name stands, read in one go: it may just be drawn anew."""
    rows: list[dict[str, Any]] = tab.page.locator("tr[data-person]").evaluate_all(
        "rows => rows.map(row => ({text: row.innerText, box: row.getBoundingClientRect()}))"
    )
    (box,) = (row["box"] for row in rows if name in row["text"])
    return [box[side] for side in ("x", "y", "width", "height")]


def has_phone(tab: Tab) -> bool:
    """Tell whether any of 11 98765-4321 is shown; long ids hold any five digits by chance."""
    return "98765" in _LONG_ID.sub("", tab.page.content())


def until_listed(tab: Tab, path: str, name: str) -> None:
    """Open the path until the list has the name: the source's records are on their way."""

    def is_there() -> bool:
        tab.go(path)
        return bool(listed(tab, name).count())

    wait_until(is_there, seconds=120, what=f"{name} in the list")


class TestAgent:
    def test_sees_a_newcomer_appear_and_reveals_the_phone_with_a_reason(
        self, open_tab: OpenTab, agent: dict[str, str], source: Source
    ) -> None:
        tab = open_tab()
        tab.sign_in(agent, LIST)
        tab.page.locator("[data-connection] .badge.ok").wait_for()
        newcomer = person(f"Zélia {uuid7()}", "+5511987654321")

        source.tell(newcomer)
        tab.page.locator("#just-in:not(.htmx-added)", has_text=newcomer["name"]).wait_for()

        assert not has_phone(tab)
        tab.page.get_by_role("link", name=newcomer["name"]).click()
        tab.page.locator("#customer[open]").wait_for()
        tab.page.select_option("#customer [name=reason]", "check")
        tab.page.click("#customer .button.primary")
        tab.page.locator("#customer [data-phone]").wait_for()
        assert tab.page.locator("#customer [data-phone]").inner_text() == "+55 11 98765-4321"
        assert tab.page.locator("a[href='tel:+5511987654321']").count() == 1
        tab.page.keyboard.press("Escape")
        wait_until(lambda: not has_phone(tab), what="the phone in no page")
        assert tab.complaints == []

    def test_sees_a_row_change_in_its_place_and_an_erased_name_go(
        self, open_tab: OpenTab, agent: dict[str, str], source: Source
    ) -> None:
        someone = person(f"Aaron {uuid7()}", "+5511912345678")
        source.tell(someone)
        tab = open_tab()
        tab.sign_in(agent, LIST)
        until_listed(tab, f"{LIST}?q=Aaron", someone["name"])
        tab.page.locator("[data-connection] .badge.ok").wait_for()
        before, place = order_of(tab), place_of(tab, someone["name"])

        source.tell({**someone, "region": "S"})
        listed(tab, someone["name"]).filter(has_text="Sul").wait_for()
        assert order_of(tab) == before
        assert place_of(tab, someone["name"]) == place

        source.tell({**someone, "deleted": True, "erased": True, "name": "", "phone": None})
        tab.page.locator("tr.is-gone").wait_for()
        assert someone["name"] not in tab.page.content()
        assert tab.complaints == []

    def test_takes_a_call_to_its_end(
        self, open_tab: OpenTab, agent: dict[str, str], source: Source
    ) -> None:
        tab = open_tab()
        tab.sign_in(agent, LIST)
        until_listed(tab, f"{LIST}?q=Ana", "Ana Lima")

        listed(tab, "Ana Lima").get_by_role("link").click()
        tab.page.click("#customer button:has-text('Take this call')")
        tab.page.wait_for_url("**/televendas/call/")
        tab.page.click("#phone .button.primary")
        tab.page.locator("#phone a[href^='tel:']").wait_for()
        tab.page.locator("[name=call_back_at]").wait_for(state="hidden")
        tab.page.check("input[value=call_back]")
        tab.page.locator("[name=call_back_at]").wait_for()
        tab.page.check("input[value=do_not_call]")
        tab.page.click("[data-outcome] .button.primary")
        tab.page.locator(".toast", has_text="nobody calls this phone again").wait_for()

        until_listed(tab, f"{LIST}?q=Ana&show=barred", "Ana Lima")
        assert "Opted out" in listed(tab, "Ana Lima").inner_text()
        tab.go(f"{LIST}?q=Ana")
        assert listed(tab, "Ana Lima").count() == 0

    def test_cannot_open_the_payment_panel(self, open_tab: OpenTab, agent: dict[str, str]) -> None:
        tab = open_tab()
        tab.sign_in(agent, LIST)
        assert tab.page.get_by_role("link", name="Panel").count() == 0

        answer = tab.page.goto(f"{tab.base_url}/panel/")

        assert answer is not None
        assert answer.status == 403
        assert tab.page.request.get(f"{tab.base_url}/panel/stats/").status == 403
        assert tab.page.request.get(f"{tab.base_url}/admin/transactions/").status == 403

    def test_works_without_scripts(
        self, open_tab: OpenTab, agent: dict[str, str], source: Source
    ) -> None:
        tab = open_tab()
        tab.sign_in(agent, LIST)
        until_listed(tab, f"{LIST}?q=Ana", "Ana Dias")
        link = listed(tab, "Ana Dias").get_by_role("link").get_attribute("href")
        tab.page.route("**/*.js", lambda route: route.abort())

        tab.go(str(link))
        tab.page.click(".phone .button.primary")

        assert tab.page.locator("[data-phone]").inner_text() == "+55 11 98777-0003"


class TestLook:
    def test_of_the_list(
        self,
        open_tab: OpenTab,
        agent: dict[str, str],
        source: Source,
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = self._at_work(open_tab(**surroundings), agent)
        tab.page.locator("[data-connection] .badge.ok").wait_for()
        look(tab, "telesales-list", pictures, surroundings)

        tab.go(f"{LIST}?q=Nobody")
        look(tab, "telesales-nobody", pictures, surroundings)

        until_listed(tab, f"{LIST}?q=Ana", "Ana Barbosa")
        listed(tab, "Ana Barbosa").get_by_role("link").click()
        tab.page.locator("#customer[open]").wait_for()
        look(tab, "telesales-customer", pictures, surroundings)
        tab.page.keyboard.press("Escape")
        tab.page.click("[data-open=export]")
        tab.page.locator("#export[open]").wait_for()
        look(tab, "telesales-sheet", pictures, surroundings)

    def test_of_the_pages_of_work(
        self,
        open_tab: OpenTab,
        agent: dict[str, str],
        source: Source,
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = self._at_work(open_tab(**surroundings), agent)
        tab.go("/televendas/call/")
        look(tab, "telesales-calls", pictures, surroundings)
        until_listed(tab, f"{LIST}?q=Ana", "Ana Cardoso")
        listed(tab, "Ana Cardoso").get_by_role("link").click()
        tab.page.click("#customer form[action$='/take/'] button")
        tab.arrive("[data-outcome]")
        look(tab, "telesales-call", pictures, surroundings)
        with tab.page.expect_navigation():
            tab.page.click("form[action$='/put-back/'] button")

        tab.go("/televendas/opt-outs/")
        look(tab, "telesales-opt-outs", pictures, surroundings)
        tab.go("/admin/")
        look(tab, "telesales-admin", pictures, surroundings, skip_axe=True)

    def _at_work(self, tab: Tab, agent: dict[str, str]) -> Tab:
        tab.sign_in(agent, LIST)
        until_listed(tab, f"{LIST}?show=all&q=Beatriz", "Beatriz Sem Telefone")
        tab.go(f"{LIST}?show=all")
        return tab
