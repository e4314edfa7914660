"""What the API's tests share."""

import pytest

from accounts.services import verified
from transactions.tests.api.merchant import MerchantClient, make_merchant


@pytest.fixture(autouse=True)
def _fresh_memory() -> None:
    verified.forget_everything()


@pytest.fixture
def merchant(db: None) -> MerchantClient:
    return make_merchant()
