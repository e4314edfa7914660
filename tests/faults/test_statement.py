"""The statement after payments under kills, at a size that fits CI: complete, once, equal."""

import os
from pathlib import Path

import pytest

from tests.faults import statement
from tests.faults.house import House

_PAYMENTS = int(os.environ.get("TRILHO_STATEMENT_PAYMENTS", "300"))
_RATE = 30.0
_KILLS = int(os.environ.get("TRILHO_STATEMENT_KILLS", "1"))


@pytest.mark.kafka
@pytest.mark.mariadb
@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_is_complete_once_and_equal_to_the_ledger(
    tmp_path: Path, kafka_bootstrap: str, mariadb_url: str
) -> None:
    house = House(tmp_path)
    try:
        house.start()

        books = statement.run(house, payments=_PAYMENTS, kills=_KILLS, rate=_RATE)
    finally:
        house.stop()

    assert books.is_clean, books.checked
    assert books.approved == books.lines
