"""A server in this process, on a free port, for the tests of the edge."""

from collections.abc import Iterator

import grpc
import pytest

from accounts.services import create_account
from bank_grpc.server import serve
from bank_grpc.services import cards
from bank_grpc.tests.server.calls import Metadata
from bank_grpc.tests.services.kit import issued


@pytest.fixture
def channel() -> Iterator[grpc.Channel]:
    """Give a channel to a server that runs on the test's database."""
    bank = serve.start("127.0.0.1:0")
    with grpc.insecure_channel(f"127.0.0.1:{bank.port}") as channel:
        yield channel
    bank.stop()


@pytest.fixture
def card(transactional_db: None) -> cards.IssuedCard:
    """Give a new card with a limit of 1,000.00."""
    return issued()


@pytest.fixture
def shop() -> Metadata:
    account, secret = create_account("Padaria")
    return (("account-id", account.id), ("account-secret", secret))
