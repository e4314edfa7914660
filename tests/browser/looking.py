"""Looks at a page as a person does: both widths, no complaint, nobody shut out; keeps pictures."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from tests.browser.tabs import SURROUNDINGS, Tab

WIDTHS = (1280, 360)
# What Swagger draws from our OpenAPI document is not ours to mend; the page around it is.
_NOT_OURS = {"exclude": [[".swagger"]]}
_OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# Charts follow the window's width with the frame after.
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# It brings a `main` of its own into ours.
_RULES = {
    "resultTypes": ["violations"],
    "rules": {"landmark-no-duplicate-main": {"enabled": False}},
}


def look(
    tab: Tab,
    name: str,
    pictures: Path,
    surroundings: dict[str, str] | None = None,
    *,
    skip_axe: bool = False,
) -> None:
    """Take a picture in each width; the page fits it, complains of nothing, shuts nobody out."""
    tab.page.wait_for_load_state()
    name = "-".join([name, *(surroundings or {}).values()])
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.page.evaluate(_DRAWN)
        tab.page.screenshot(path=pictures / f"{name}-{width}.png")
        overflow = tab.page.evaluate(_OVERFLOW)
        assert overflow <= 0, f"{name} at {width}: wider than the window by {overflow} px"
        # Theme and language each meet each width; all eight would take twice as long.
        is_due = width == WIDTHS[0] or surroundings in (None, SURROUNDINGS[0], SURROUNDINGS[-1])
        if is_due and not skip_axe:
            violations = Axe().run(tab.page, _NOT_OURS, _RULES).response["violations"]
            assert not violations, f"{name} at {width}: {_told(violations)}"
    assert tab.complaints == [], f"{name}: {tab.complaints}"


def _told(violations: list[dict[str, object]]) -> str:
    return "; ".join(
        f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"  # type: ignore[index]
        for each in violations
    )
