"""A burst of one card meets the rules, then a person, in a real browser; every page looked at."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launcher.plan import ROOT
from tests.browser.looking import look
from tests.browser.tabs import OpenTab, Tab
from tests.stack import Stack, running, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kafka]
# One for each test, so that none meets what another decided.
LOOKED_AT, REFUSED, BLOCKED, ENDED = CARDS = ("1001", "1002", "1003", "1004")
# What checkout would have brought about, for each card: a good customer's orders, then a burst by
# many customers, told to the consumer; and stricter rules as a shadow.
_BURST = """
import sys
from datetime import timedelta
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from messaging.outbox import publish
from orders import presenter
from orders.models import Product
from orders.services import rulesets
from orders.tests.kit import made_customer, made_order
now, sku = timezone.now(), Product.objects.order_by("sku").first().sku
rulesets.ensure_default_ruleset(now)
strict = rulesets.shipped("default").replace("2026-11-1", "2026-11-2")
rulesets.add_shadow(strict.replace('"at_least": 6,', '"at_least": 2,'), "ana", now)
times = [now - timedelta(days=days) for days in (30, 20, 10)]
orders = []
for last4 in sys.argv[1:]:
    good = made_customer(name="Ana Souza", phone="+5571900000000")
    known = {"customer": good, "card_fingerprint": f"a{last4}"}
    orders += [made_order({sku: 1}, **known, created_at=at) for at in times]
    card = {"card_fingerprint": f"b{last4}", "card_last4": last4, "phone_hash": f"p{last4}"}
    for ago in reversed(range(6)):
        who = {"customer": made_customer(name="Bia Lima") if ago else good, "region": "RJ"}
        at = now - timedelta(seconds=20 * ago)
        orders.append(made_order({sku: 1}, **who, **card, created_at=at))
for order in orders:
    with transaction.atomic():
        publish(presenter.placed(order, [], now), key=order.id)
"""
_CANCEL = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from orders.domain.states import Happening
from orders.services.act import Act, act, locked
with transaction.atomic():
    act(locked(sys.argv[1]), Act(happening=Happening.CANCELLATION, now=timezone.now()))
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give pages and the fraud consumer, to whom a burst of each card came."""
    away = ("housekeeping", "bank", "sweeper", "live", "webhook-sender")
    with running(tmp_path_factory.mktemp("fraud"), consumers=("fraud",), leave_out=away) as started:
        inside(started, _BURST, *CARDS)
        yield started


@pytest.fixture
def clerk(stack: Stack) -> dict[str, str]:
    """Give the login of one of the staff; a fixture of its own name, for its own stack."""
    return next(login for login in stack.demo["logins"] if login["role"] == "staff")


def inside(stack: Stack, code: str, *arguments: str) -> None:
    """Run `code` on the stack's database."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**stack.plan.surroundings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def waiting(tab: Tab, login: dict[str, str], stack: Stack, card: str) -> str:
    """Open the queue once an order of the card waits in it, and return the order's id."""
    tab.sign_in(login, then="/fraud/")
    rows = tab.page.locator("tr[data-order]")

    def is_there() -> bool:
        tab.go(f"/fraud/?q={card}")
        return bool(rows.count())

    wait_until(is_there, seconds=120, what=f"a doubtful order\n{stack.log_tail('fraud')}")
    return str(rows.first.get_attribute("data-order"))


def decide(tab: Tab, verdict: str, note: str) -> None:
    """Type a note and press a verdict."""
    tab.page.fill("#id_note", note)
    tab.page.locator(f"button[value='{verdict}']").click()


class TestReviewer:
    def test_finds_the_doubtful_order_reads_why_and_refuses_it(
        self, stack: Stack, open_tab: OpenTab, clerk: dict[str, str]
    ) -> None:
        tab = open_tab()
        order_id = waiting(tab, clerk, stack, REFUSED)
        tab.page.locator(f"tr[data-order='{order_id}'] a").click()

        receipt = tab.arrive("[data-receipt]").inner_text()
        assert re.search(r"Orders with this card within 10.min", receipt)
        assert tab.page.locator("[data-related] tbody tr").count() == 8
        decide(tab, "fraud", "the holder knows nothing of it")

        tab.arrive(".toast.success")
        assert tab.page.locator(f"tr[data-order='{order_id}']").count() == 0
        tab.go("/fraud/history/")
        assert "the holder knows nothing" in tab.page.locator("main table").inner_text()
        assert tab.complaints == []

    def test_blocks_the_card_by_one_press(
        self, stack: Stack, open_tab: OpenTab, clerk: dict[str, str]
    ) -> None:
        tab = open_tab()
        order_id = waiting(tab, clerk, stack, BLOCKED)
        tab.go(f"/fraud/orders/{order_id}/")
        tab.page.locator("button[value='block:card']").click()

        tab.arrive(".toast.success")
        assert tab.page.locator(".badge.bad", has_text="Blocked").count() == 1
        tab.go(f"/fraud/lists/?q={BLOCKED}")
        tab.page.locator("form[action$='/remove/'] button").click()
        tab.arrive("[data-undo]")
        tab.go(f"/fraud/lists/?q={BLOCKED}")
        tab.page.locator("[data-empty]").wait_for()

    def test_is_told_that_the_order_ended_meanwhile(
        self, stack: Stack, open_tab: OpenTab, clerk: dict[str, str], pictures: Path
    ) -> None:
        tab = open_tab()
        order_id = waiting(tab, clerk, stack, ENDED)
        tab.go(f"/fraud/orders/{order_id}/")
        inside(stack, _CANCEL, order_id)

        with tab.forgive(409):
            decide(tab, "clear", "too late")
            told = tab.arrive("[data-code='order_closed']").inner_text()

        assert "The order is closed" in told
        assert tab.page.locator("button[name='verdict']").count() == 0
        look(tab, "fraud-closed", pictures)


class TestPages:
    def test_look_right(
        self,
        stack: Stack,
        open_tab: OpenTab,
        clerk: dict[str, str],
        pictures: Path,
        surroundings: dict[str, str],
    ) -> None:
        tab = open_tab(**surroundings)
        order_id = waiting(tab, clerk, stack, LOOKED_AT)
        assert LOOKED_AT in tab.page.locator(f"tr[data-order='{order_id}']").inner_text()
        look(tab, "fraud-queue", pictures, surroundings)
        tab.go("/fraud/?q=nothing")
        assert tab.page.locator("tr[data-order]").count() == 0
        look(tab, "fraud-queue-empty", pictures, surroundings)
        tab.go(f"/fraud/orders/{order_id}/")
        tab.page.locator("button[value='allow:phone']").click()
        tab.arrive(".toast.success")
        look(tab, "fraud-order", pictures, surroundings)
        # What was just done stands on the list and in the history; the shipped rules are in force.
        rows = {"lists": "tbody .badge.ok", "history": "tbody tr", "rules": "[data-ruleset]"}
        for name, row in rows.items():
            tab.go(f"/fraud/{name}/")
            assert tab.page.locator(row).count() > 0
            look(tab, f"fraud-{name}", pictures, surroundings)
        tab.page.locator("[data-ruleset] a[href$='/activate/']").click()
        tab.page.wait_for_url("**/activate/")
        look(tab, "fraud-activate", pictures, surroundings)
