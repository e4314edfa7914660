"""The end-to-end kill run at a hundredth: every process is killed once, and nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.legs import run_leg


@pytest.mark.kafka
@pytest.mark.mariadb
@pytest.mark.faults
@pytest.mark.timeout(600)
class TestKillRun:
    def test_loses_and_doubles_nothing_when_every_process_is_killed(
        self, tmp_path: Path, kafka_bootstrap: str, mariadb_url: str
    ) -> None:
        house = House(tmp_path)
        try:
            house.start()

            leg = run_leg(
                house, "all at once", house.victims, kills=1, rate=15, seed=20261121, least=100
            )
        finally:
            house.stop()

        assert leg.figures["findings"] == []
        assert leg.is_clean
        assert leg.figures["accepted"] == leg.figures["rows"] == leg.figures["decided"] >= 100
        assert leg.figures["accepted_cents"] == leg.figures["decided_cents"]
