"""The whole saga under kills, at a size that fits CI: each order in one end, every book right."""

import os
from pathlib import Path

import pytest

from tests.faults.saga.house import SagaHouse
from tests.faults.saga.run import run

_ORDERS = int(os.environ.get("TRILHO_SAGA_ORDERS", "120"))
_KILLS = int(os.environ.get("TRILHO_SAGA_KILLS", "8"))
_RATE = float(os.environ.get("TRILHO_SAGA_RATE", "8"))


@pytest.mark.kafka
@pytest.mark.mariadb
@pytest.mark.faults
@pytest.mark.timeout(7200)
def test_every_order_ends_once_and_every_book_is_right(
    tmp_path: Path, kafka_bootstrap: str, mariadb_url: str
) -> None:
    house = SagaHouse(tmp_path)
    try:
        house.start()

        ending = run(house, orders=_ORDERS, kills=_KILLS, rate=_RATE, seed=20261121)
    finally:
        house.stop()

    assert ending.figures["findings"] == []
    assert ending.is_clean, f"{ending.figures}\n{house.log_tails()}"
    assert ending.figures["orders"] == _ORDERS
    assert len(ending.recoveries) == _KILLS
