"""The bank that answers as told, and who buys, for the tests of the shop's pages."""

import pytest
from django.test import Client

from orders.adapters import bank as banks
from orders.tests.kit import made_product
from orders.tests.pages.test_basket import put
from orders.tests.people import ToldBank


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> ToldBank:
    made = ToldBank()
    monkeypatch.setattr(banks, "bank", lambda: made)
    return made


@pytest.fixture
def buyer(client: Client) -> Client:
    """Give a browser with two packs of coffee in its basket."""
    made_product()
    put(client, quantity=2)
    return client
