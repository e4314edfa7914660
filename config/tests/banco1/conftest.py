"""A legacy bank of each test's own."""

from collections.abc import Iterator

import pytest

from config.tests.banco1.legacy import House


@pytest.fixture
def house(mariadb_url: str) -> Iterator[House]:
    here = House(mariadb_url)
    here.make()
    yield here
    here.drop()
