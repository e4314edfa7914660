"""The live panel with the whole product behind it: what is posted appears, whatever drops."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import OpenTab, Tab
from tests.stack import Stack, payment, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]


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


def live(tab: Tab) -> Locator:
    """Return the badge that says that the line is open."""
    return tab.page.locator("[data-connection] .badge.ok")


def row(tab: Tab, id_: str, status: str = "ok") -> Locator:
    """Return the transaction's row in that status."""
    return tab.page.locator(f"tr[data-id='{id_}']:has(.badge.{status})")


class TestFeed:
    def test_shows_what_is_posted_over_rest_and_its_decision(
        self, panel: Tab, post: Callable[..., str]
    ) -> None:
        approved = post("49.90")
        rejected = post("49.90", number="4242424242424241")

        row(panel, approved).wait_for()
        row(panel, rejected, "bad").wait_for()

        assert "R$\u00a049.90" in row(panel, approved).inner_text()
        assert "Invalid number" in row(panel, rejected, "bad").inner_text()

    def test_opens_with_what_was_before(
        self, post: Callable[..., str], open_tab: OpenTab, staff: dict[str, str]
    ) -> None:
        before = post()
        tab = open_tab()

        tab.sign_in(staff)

        row(tab, before).wait_for()
        assert "R$\u00a029.90" in row(tab, before).inner_text()

    def test_shows_a_merchant_nothing_of_another(
        self, open_tab: OpenTab, merchants: list[dict[str, str]], post: Callable[..., str]
    ) -> None:
        tab = open_tab()
        tab.sign_in(merchants[0])
        live(tab).wait_for()

        foreign = post(account=1)
        own = post(account=0)
        row(tab, own).wait_for()

        assert row(tab, foreign).count() == 0
        assert foreign not in tab.page.content()

    def test_keeps_still_while_paused(self, panel: Tab, post: Callable[..., str]) -> None:
        row(panel, post()).wait_for()
        panel.page.keyboard.press("p")

        late = post()
        panel.page.locator("[data-held]:not([hidden])").wait_for()
        assert panel.page.locator(f"tr[data-id='{late}']").count() == 0

        panel.page.keyboard.press("p")
        row(panel, late).wait_for()


class TestFilters:
    def test_stand_in_the_address_and_survive_a_reload(
        self, panel: Tab, post: Callable[..., str]
    ) -> None:
        small, large = post("11.00"), post("999.00")
        row(panel, large).wait_for()

        panel.page.fill("[name=min]", "900")
        wait_until(lambda: panel.page.locator(f"tr[data-id='{small}']").count() == 0)
        assert "min=900" in panel.address()

        panel.page.reload()
        row(panel, large).wait_for()
        assert panel.page.locator(f"tr[data-id='{small}']").count() == 0
        assert panel.page.input_value("[name=min]") == "900"

    def test_a_tile_chooses_its_status(self, panel: Tab, post: Callable[..., str]) -> None:
        approved, rejected = post(), post("2000.00")
        row(panel, rejected, "bad").wait_for()

        panel.page.click("[data-choose=rejected]")
        wait_until(lambda: panel.page.locator(f"tr[data-id='{approved}']").count() == 0)

        assert "status=rejected" in panel.address()
        row(panel, rejected, "bad").wait_for()

    def test_find_a_merchant_by_name(
        self, stack: Stack, panel: Tab, post: Callable[..., str]
    ) -> None:
        here, elsewhere = post(account=0), post(account=1)
        row(panel, elsewhere).wait_for()
        name = row(panel, here).locator("[data-account]").inner_text()

        panel.page.fill("[name=account]", name[:5].lower())

        wait_until(lambda: panel.page.locator(f"tr[data-id='{elsewhere}']").count() == 0)
        row(panel, here).wait_for()
        names = panel.page.locator("tr[data-id] [data-account]").all_inner_texts()
        assert set(names) == {name}


def shown(tab: Tab) -> list[str]:
    """Return the ids of the rows, from the top."""
    rows: list[str] = tab.page.locator("tr[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )
    return rows


class TestLookingBack:
    def test_by_the_field_shows_what_was_and_stays_in_the_address(
        self, panel: Tab, post: Callable[..., str]
    ) -> None:
        before = post()
        row(panel, before).wait_for()
        # The field knows whole seconds, by the clock of the browser's place.
        moment = datetime.now(ZoneInfo("America/Sao_Paulo")).replace(microsecond=0)
        moment += timedelta(seconds=1)
        wait_until(lambda: datetime.now(UTC) > moment)
        after = post()
        row(panel, after).wait_for()

        panel.page.click("[data-past-open]")
        panel.page.fill("[data-past-exact]", f"{moment:%Y-%m-%dT%H:%M:%S}")
        panel.page.keyboard.press("Tab")
        wait_until(lambda: after not in shown(panel))
        assert before in shown(panel)
        address = panel.address()
        assert "at=" in address
        assert panel.page.locator("[data-past-text]").inner_text().startswith("As of ")
        assert f"as_of={address.partition('at=')[2]}" in str(
            panel.page.get_attribute("[data-sheet]", "href")
        )

        late = post()
        panel.page.reload()
        live(panel).wait_for()
        row(panel, before).wait_for()
        assert not {after, late} & set(shown(panel))

        panel.page.click("[data-past-live]")
        row(panel, late).wait_for()
        assert {before, after, late} <= set(shown(panel))
        assert "at=" not in panel.address()

    def test_by_an_address_that_was_sent_on(self, panel: Tab, post: Callable[..., str]) -> None:
        id_ = post("77.10")
        row(panel, id_).wait_for()

        panel.go(f"/panel/?at={datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z&min=77")
        row(panel, id_).click()

        panel.page.locator("#timeline[open] [data-fact=amount]", has_text="77.10").wait_for()
        assert panel.page.locator("[data-past]").is_visible()

    def test_by_the_keyboard_alone(self, panel: Tab, post: Callable[..., str]) -> None:
        id_ = post()
        row(panel, id_).wait_for()

        panel.page.keyboard.press("h")
        for _ in range(5):
            panel.page.keyboard.press("ArrowLeft")
        wait_until(lambda: id_ not in shown(panel))
        assert panel.page.evaluate("document.activeElement.type") == "range"

        # A row of the past opens like one of now; what happens meanwhile does not move it.
        meanwhile = post()
        panel.page.keyboard.press("Home")
        panel.page.locator("[data-empty]:not([hidden])").wait_for()
        assert "Nothing had been received by then" in panel.page.inner_text("[data-empty]")
        assert meanwhile not in shown(panel)

        panel.page.keyboard.press("Escape")
        row(panel, meanwhile).wait_for()
        assert panel.page.locator("[data-past]").is_hidden()

    def test_downloads_what_the_filters_show(self, panel: Tab, post: Callable[..., str]) -> None:
        small, large = post("12.00"), post("888.00")
        row(panel, large).wait_for()
        panel.page.fill("[name=min]", "880")
        wait_until(lambda: small not in shown(panel))

        with panel.page.expect_download() as download:
            panel.page.click("[data-sheet]")

        text = Path(download.value.path()).read_text()
        assert text.startswith("id,account_id,")
        assert large in text
        assert small not in text


class TestTimeline:
    def test_opens_and_closes_by_keyboard(self, panel: Tab, post: Callable[..., str]) -> None:
        id_ = post()
        row(panel, id_).wait_for()

        panel.page.keyboard.press("j")
        panel.page.keyboard.press("Enter")
        panel.page.locator("#timeline[open]").wait_for()
        wait_until(lambda: "transaction=" in panel.address())
        panel.page.keyboard.press("Escape")

        wait_until(lambda: panel.page.locator("#timeline[open]").count() == 0)
        wait_until(lambda: "transaction=" not in panel.address(), what="the address without it")

    def test_tells_the_way_from_request_to_decision(
        self, panel: Tab, post: Callable[..., str]
    ) -> None:
        id_ = post()
        steps = panel.page.locator("#timeline[open] .step-name")

        def tells_all() -> bool:
            # The relay notes what it has sent when the broker says so: the decision may be first.
            row(panel, id_).click()
            steps.last.wait_for()
            told = steps.all_inner_texts()[:3]
            panel.page.keyboard.press("Escape")
            panel.page.locator("#timeline").wait_for(state="hidden")
            return told == ["Received", "Sent to Kafka", "Decided"]

        wait_until(tells_all, what="all three steps in their order")


class TestLine:
    def test_fetches_what_it_missed_while_the_server_was_away(
        self, stack: Stack, panel: Tab, post: Callable[..., str]
    ) -> None:
        row(panel, post()).wait_for()
        stack.kill("live")
        try:
            panel.page.locator("main.is-offline").wait_for()
            missed = [post() for _ in range(3)]
            # On the topic before the line is back, however slowly the relay works.
            wait_until(lambda: all(stack.is_decided(id_) for id_ in missed))
        finally:
            stack.launch("live")
            stack.wait_ready("live")

        for id_ in missed:
            row(panel, id_).wait_for()
        assert panel.page.locator("[data-healed]").inner_text() == "1 gap healed"
        live(panel).wait_for()

    def test_leads_to_the_sign_in_once_the_session_is_over(self, panel: Tab) -> None:
        panel.page.context.clear_cookies()

        panel.page.wait_for_url("**/login/?next=%2Fpanel%2F")
