"""Looking back on the live panel: by the field, an address, the keyboard, and as a file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser.panel import live, row, shown
from tests.browser.tabs import Tab
from tests.stack import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]


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
