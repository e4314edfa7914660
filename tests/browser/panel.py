"""What a person sees of the live panel: its line, a transaction's row, all rows."""

from playwright.sync_api import Locator

from tests.browser.tabs import Tab


def live(tab: Tab) -> Locator:
    """Return the badge that says that the line is open."""
    return tab.page.locator("[data-connection] .badge.ok")


def row(tab: Tab, id_: str, status: str = "ok") -> Locator:
    """Return the transaction's row in that status."""
    return tab.page.locator(f"tr[data-id='{id_}']:has(.badge.{status})")


def shown(tab: Tab) -> list[str]:
    """Return the ids of the rows, from the top."""
    rows: list[str] = tab.page.locator("tr[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )
    return rows
