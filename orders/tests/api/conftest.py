"""What the tests of the shop's REST share: a caller, and a bank that answers as told."""

import pytest

from orders.adapters import bank as banks
from orders.tests.api.caller import Caller
from orders.tests.people import ToldBank


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> ToldBank:
    """Give a bank that takes every card."""
    told = ToldBank()
    monkeypatch.setattr(banks, "bank", lambda: told)
    return told


@pytest.fixture
def caller(db: None, bank: ToldBank) -> Caller:
    """Give an account."""
    return Caller()
