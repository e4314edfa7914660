"""Fixtures of the tests that cross apps: the whole product, running."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the running product: web, live, relay, consumers, on a Kafka of its own.

    Tests share it: they leave its processes running, and look for ids of their own making.
    """
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started
