"""An agent who is signed in."""

import pytest
from django.test import Client
from time_machine import travel

from televendas.tests.kit import NOON, agent


@pytest.fixture
def agents_client(client: Client) -> Client:
    """Give a client signed in as an agent."""
    client.force_login(agent())
    return client


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    """Let it be a Wednesday at noon: calls may be made."""
    with travel(NOON, tick=False):
        yield
