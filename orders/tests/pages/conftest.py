"""The bank that answers as told, who buys and who serves, for the tests of the shop's pages."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from orders import selectors_saga
from orders.adapters import bank as banks
from orders.tests.kit import NOW, made_product
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


@pytest.fixture
def staff(client: Client) -> Client:
    """Give the browser of somebody of the staff."""
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    return client


@pytest.fixture
def an_hour_later() -> Iterator[None]:
    """Let it be an hour after NOW, at which the tests' orders were placed."""
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


@pytest.fixture
def fresh_limits() -> Iterator[None]:
    """Let the board ask anew from when on an order is stuck, in this test and the next."""
    selectors_saga.forget_limits()
    yield
    selectors_saga.forget_limits()
