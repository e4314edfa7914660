"""Two presses of a button do once what no key keeps from being done twice."""

from collections.abc import Iterator

import pytest

from tests.browser.tabs import OpenTab
from tests.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.timeout(900)]
# What the browser asks the page before it sends a form; it sends what nobody has stopped.
_STOPPED = """form => [1, 2].map(() => {
  const press = new SubmitEvent("submit", { bubbles: true, cancelable: true });
  return !form.dispatchEvent(press);
})"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give a product of this module's own, with nothing but its pages."""
    folder = tmp_path_factory.mktemp("twice")
    with running(folder, consumers=(), leave_out=("housekeeping", "live", "bank")) as started:
        yield started


def test_a_second_press_does_not_make_a_second_account(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.go("/account/sign-up/")
    tab.page.wait_for_load_state()

    assert tab.page.locator("main form").evaluate(_STOPPED) == [False, True]


def test_a_second_press_does_not_issue_a_second_card(
    open_tab: OpenTab, staff: dict[str, str]
) -> None:
    tab = open_tab()
    tab.sign_in(staff, then="/bank/")

    stopped = tab.page.locator("form[action$='/issue/']").evaluate(_STOPPED)

    assert stopped == [False, True]
