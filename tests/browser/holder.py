"""What a holder does with a card in a real browser: pay, look, and pay the invoice."""

import re
from typing import Any

import pytest

from bank_grpc.client import BankClient, Card, PaymentRefused
from tests.browser.tabs import Tab
from tests.stack import wait_until

POSTED_SECONDS = 120
# The browser notes such an answer as an error; here it is what was asked for.
REFUSED = (402, 409, 422, 503)


def fill_in(tab: Tab, card: dict[str, Any], pieces: str = "1") -> None:
    """Fill in the checkout's form as a buyer does."""
    tab.go("/checkout/")
    type_card(tab, card)
    tab.page.fill("#id_pieces", pieces)


def type_card(tab: Tab, card: dict[str, Any]) -> None:
    """Type the card into the page that is open: no page sends it back."""
    tab.page.fill("#id_number", card["number"])
    tab.page.fill("#id_holder", card["holder"])
    tab.page.fill("#id_expiry", f"{card['expiration_month']:02}/{card['expiration_year'] % 100}")
    tab.page.fill("#id_cvv", card["cvv"])


def pay(tab: Tab) -> None:
    """Press Pay and wait for the page that answers, whatever it says."""
    with tab.page.expect_navigation():
        tab.page.locator("main form button.primary").click()


def pay_invoice(tab: Tab, amount: str) -> None:
    """Pay an amount on the page of an invoice."""
    tab.page.fill("#id_amount", amount)
    tab.page.locator("[data-invoice] form button").click()
    tab.arrive(".toast.success")


def wait_until_posted(tab: Tab, home: str) -> None:
    """Open the statement anew until nothing is on its way any more."""

    def is_posted() -> bool:
        tab.go(home)
        return tab.page.locator("[data-waiting]").count() == 0

    wait_until(is_posted, seconds=POSTED_SECONDS, what="posted on the statement")


def available(tab: Tab) -> str:
    """Return what the page says may still be spent."""
    return tab.page.locator("[data-available]").inner_text().replace("\u00a0", " ")


def amounts(tab: Tab, table: str) -> list[int]:
    """Return the last column of a table's rows, in cents."""
    cells = tab.page.locator(f"{table} tbody td:last-child").all_inner_texts()
    return [cents(text) for text in cells]


def try_too_much(tab: Tab, card: dict[str, Any]) -> None:
    """Pay for more than the limit covers, and see it refused."""
    fill_in(tab, card, "99")
    with tab.forgive(*REFUSED):
        pay(tab)
        tab.arrive(".callout.bad")


def spend(tab: Tab, card: dict[str, Any], bank: str) -> None:
    """Pay and be refused: over the wire in words as long as they may be, then at the shop."""
    pay_at_length(bank, card)
    buy(tab, card)
    try_too_much(tab, card)


def pay_at_length(address: str, card: dict[str, Any]) -> None:
    """Pay over the wire, and be refused, at a shop whose words have no end to break a line at."""
    shown = Card(
        number=card["number"],
        holder=card["holder"],
        expiration_month=card["expiration_month"],
        expiration_year=card["expiration_year"],
        cvv=card["cvv"],
    )
    client = BankClient(address)
    words: Any = {"store": "S" * 120, "description": "d" * 255}
    client.pay(shown, amount_cents=100, **words)
    with pytest.raises(PaymentRefused):
        client.pay(shown, amount_cents=10**9, **words)
    client.close()


def buy(tab: Tab, card: dict[str, Any]) -> None:
    """Pay at the shop, and see it approved."""
    fill_in(tab, card)
    pay(tab)
    tab.arrive(".callout.ok")


def cents(money: str) -> int:
    return int(re.sub(r"\D", "", money))
