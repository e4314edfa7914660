"""One bank and one Connect for all cases: Java starts too slowly for more."""

from collections.abc import Iterator

import pytest

from tests.change_capture.house import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the running house, its connector past its first snapshot.

    Tests share it: each looks at customers of its own making, and leaves all processes running.
    """
    started = House(tmp_path_factory.mktemp("capture"))
    try:
        started.start()
        customer, _person = started.open_account()
        started.wait_lean(customer, state="present")
        yield started
    finally:
        started.stop()
