"""A bank in memory, and the payment that asks it."""

import pytest

from orders.consumers.payment import Payment
from orders.tests.bank_double import MemoryBank
from orders.tests.saga_kit import payment_at


@pytest.fixture
def bank() -> MemoryBank:
    return MemoryBank()


@pytest.fixture
def payment(bank: MemoryBank) -> type[Payment]:
    return payment_at(bank)
