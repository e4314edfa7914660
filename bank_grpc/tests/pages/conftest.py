"""A holder's browser and card, for the tests of a card's pages."""

import pytest
from django.test import Client

from bank_grpc.services.cards import IssuedCard
from bank_grpc.tests.api.people import browser_of, holder


@pytest.fixture
def owned() -> tuple[Client, IssuedCard]:
    user, card = holder()
    return browser_of(user), card
