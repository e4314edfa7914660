"""The live panel with the whole product behind it: what is posted appears, whatever drops."""

from collections.abc import Callable

import pytest

from tests.browser.panel import live, row
from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]


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
