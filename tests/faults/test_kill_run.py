"""Every process killed and every process stopped under traffic, at a hundredth: nothing is lost."""

import os
from collections.abc import Iterator

import pytest

from tests.faults import stops
from tests.faults.house import House
from tests.faults.legs import run_leg

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.mariadb,
    pytest.mark.faults,
    pytest.mark.timeout(1800),
]
# bin/faults stops 50, and 500 with --long.
_STOPS = int(os.environ.get("TRILHO_STOPS", "1"))
# One of each kind, so that CI does not start all of them twice more.
_KINDS = ("web", "live", "relay", "processor", "housekeeping", "bank")


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, kafka_bootstrap: str, mariadb_url: str
) -> Iterator[House]:
    """Give a product that runs; every test leaves it well."""
    made = House(tmp_path_factory.mktemp("house"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


class TestKillRun:
    def test_loses_and_doubles_nothing_when_every_process_is_killed(self, house: House) -> None:
        leg = run_leg(
            house, "all at once", house.victims, kills=1, rate=15, seed=20261121, least=100
        )

        assert leg.figures["findings"] == []
        assert leg.is_clean
        assert leg.figures["accepted"] == leg.figures["rows"] == leg.figures["decided"] >= 100
        assert leg.figures["accepted_cents"] == leg.figures["decided_cents"]


class TestStopRun:
    def test_a_stop_loses_nothing_and_ends_in_time(self, house: House) -> None:
        done = stops.run(house, least=_STOPS, rate=15, seed=20261122, victims=_KINDS)

        # Whoever is late is cut off by its own budget, and then ends badly; seconds are measured
        # by bin/faults, on a machine that has nothing else to do.
        assert done.odd == []
        assert done.leg.figures["findings"] == []
        assert done.leg.is_clean
        assert done.wrong_payments == []
        assert done.payments > 0
        assert len(done.endings) >= _STOPS
