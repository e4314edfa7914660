"""Fixtures of the tests that cross apps: the whole product, running."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running

# Calls may be made at whatever hour the suite runs.
_SURROUNDINGS = {"TELEVENDAS_CALL_HOURS": "Mo-Su 00:00-24:00", "TELEVENDAS_HOLIDAYS_OF": ""}
_CONSUMERS = ("processor", "results", "webhooks", "televendas")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the running product: web, live, relay, consumers, on a Kafka of its own.

    Tests share it: they leave its processes running, and look for ids of their own making.
    """
    folder = tmp_path_factory.mktemp("stack")
    with running(folder, environment=_SURROUNDINGS, consumers=_CONSUMERS) as started:
        yield started
