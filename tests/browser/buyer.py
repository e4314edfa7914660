"""What a buyer does at the shop in a real browser, and the saga's acts in the meantime."""

import re
import subprocess
import sys
from typing import Any

from config.launcher.plan import ROOT
from tests.browser.tabs import Tab
from tests.stack import Stack

_PASSWORD = "a long and rare phrase"
# What the saga's consumers do to an order, in the order in which they are named.
_ACTS = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from orders.domain.states import Happening
from orders.models import Order
from orders.services import stock
from orders.services.act import Act, act, locked
order_id, *happenings = sys.argv[1:]
details = {
    "fraud_clear": {"score": 0, "rules": [], "ruleset": "test"},
    "payment_approved": {"payment_id": "p", "amount_cents": 1},
    "picking_started": {"lines": []},
    "picking_done": {"lines": []},
    "goods_dispatched": {"lines": []},
}
for happening in happenings:
    with transaction.atomic():
        order = locked(order_id)
        if happening == "stock_reserved":
            assert stock.take(order, timezone.now()) == []
        if happening == "payment_approved":
            order.charged_cents = order.total_cents
        what = Act(
            happening=Happening(happening),
            now=timezone.now(),
            details=details.get(happening, {}),
        )
        assert not act(order, what).is_ignored
"""


def act(stack: Stack, tab: Tab, *happenings: str) -> None:
    """Do to the order of the tab's page what the saga's consumers would."""
    match = re.search(r"/orders/([0-9a-f-]{36})/", tab.page.url)
    assert match, tab.page.url
    subprocess.run(
        [sys.executable, "-c", _ACTS, match[1], *happenings],
        cwd=ROOT,
        env=stack.plan.surroundings,
        check=True,
    )


def put(tab: Tab, sku: str = "CAFE-1KG", pieces: str = "1") -> None:
    """Put an article into the basket from its page."""
    tab.go(f"/shop/{sku}/")
    tab.page.fill("#quantity", pieces)
    tab.page.locator("main form.inline-form button").click()
    tab.arrive(".toast.success")


def at_checkout(tab: Tab) -> Tab:
    """Put an article into the basket and go to the checkout; return the tab."""
    put(tab)
    tab.go("/shop/checkout/")
    return tab


def fill_in(tab: Tab, card: dict[str, Any], **changes: str) -> None:
    """Fill in the checkout's form as a buyer does."""
    typed = {
        "name": "Maria Canária",
        "email": "maria@example.com",
        "phone": "(11) 98765-4321",
        "document": "529.982.247-25",
        "address": "Rua das Flores, 10, São Paulo, 01000-000",
        "number": card["number"],
        "holder": card["holder"],
        "expiry": f"{card['expiration_month']:02}/{card['expiration_year'] % 100}",
        "cvv": card["cvv"],
        **changes,
    }
    for name, text in typed.items():
        tab.page.fill(f"#id_{name}", text)
    tab.page.select_option("#id_region", "SP")


def type_card(tab: Tab, card: dict[str, Any]) -> None:
    """Type the card alone, as after every mistake."""
    tab.page.fill("#id_number", card["number"])
    tab.page.fill("#id_holder", card["holder"])
    tab.page.fill("#id_expiry", f"{card['expiration_month']:02}/{card['expiration_year'] % 100}")
    tab.page.fill("#id_cvv", card["cvv"])


def order(tab: Tab) -> None:
    tab.page.locator("#checkout button.primary").click()


def buy(tab: Tab, card: dict[str, Any], *, pieces: str = "1") -> None:
    """Buy coffee; the order's page is there at once."""
    put(tab, pieces=pieces)
    tab.go("/shop/checkout/")
    fill_in(tab, card)
    order(tab)
    tab.arrive("#order-state")


def wait_for_status(tab: Tab, status: str) -> None:
    """Wait until the page has moved by itself, and what it was given works."""
    settled = ":not(.htmx-added, .htmx-settling)"
    tab.page.locator(f"#order-state[data-status='{status}']{settled}").wait_for()


def sign_up(tab: Tab, username: str) -> None:
    """Make an account of one's own."""
    tab.go("/account/sign-up/")
    for name, text in {
        "username": username,
        "password": _PASSWORD,
        "name": "Joana Canária",
        "email": f"{username}@example.com",
        "phone": "(21) 98765-4321",
    }.items():
        tab.page.fill(f"#id_{name}", text)
    tab.page.select_option("#id_region", "RJ")
    tab.page.locator("main form button.primary").click()
    tab.arrive(".toast.success")
