"""What is killed, lost or blind for a while leaves the lean copy as it must be."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from messaging.freshness import Freshness
from tests.change_capture.house import House, eventually

pytestmark = [pytest.mark.kafka, pytest.mark.mariadb]
_HEARTBEATS = "__debezium-heartbeat.legado"
# As Connect keeps it of the bank's connector: whose it is, then the place.
_PLACE = re.compile(rb'\["legado",\{"server":"legado"\}\].*?(\{.*?\})', re.DOTALL)


def _copied(file: Path, to: Path) -> bool:
    """Copy a file that Connect writes anew now and then; tell whether it was a place in the log.

    With half a file, which ends another way, or a place within the first snapshot, Connect would
    take a snapshot instead of reading the log again.
    """
    if not file.exists():
        return False
    shutil.copy(file, to)
    content = to.read_bytes()
    place = _PLACE.search(content)
    return content.endswith(b"}x") and place is not None and b'"snapshot' not in place[1]


class TestConnectKilled:
    def test_brings_the_same_records_again_which_change_nothing(
        self, house: House, tmp_path: Path
    ) -> None:
        moved, _ = house.open_account(regiao="N")
        gone, _ = house.open_account()
        for customer in (moved, gone):
            house.wait_lean(customer, state="present")
        # As if the kill had come before the last offsets were written down.
        eventually(lambda: _copied(house.offsets, tmp_path / "offsets"), "a place in the log")
        house.sql(f"UPDATE clientes SET regiao = 'S' WHERE id = {moved}")
        house.sql(f"UPDATE clientes SET regiao = 'SE' WHERE id = {moved}")
        house.sql(f"DELETE FROM clientes WHERE id = {gone}")
        house.wait_lean(gone, state="deleted")
        before = house.wait_lean(moved, region="SE"), house.lean(gone)
        first = [len(house.records(key=each)) for each in (moved, gone)]

        house.kill("connect")
        shutil.copy(tmp_path / "offsets", house.offsets)
        house.launch("connect")
        later, _ = house.open_account()
        house.wait_lean(later, state="present")

        def came_again() -> list[int]:
            return [len(house.records(key=each)) for each in (moved, gone)]

        # The last one's partition may be a little ahead of the others.
        eventually(
            lambda: all(now >= then + 2 for now, then in zip(came_again(), first, strict=True))
        )
        assert (house.lean(moved), house.lean(gone)) == before


class TestOffsetsLost:
    def test_sends_everybody_again_and_who_left_meanwhile_is_swept(self, house: House) -> None:
        stays, _ = house.open_account(regiao="CO")
        leaves, _ = house.open_account()
        left_before, _ = house.open_account()
        house.wait_lean(left_before, state="present")
        house.sql(f"DELETE FROM clientes WHERE id = {left_before}")
        house.wait_lean(left_before, state="deleted")
        before = house.wait_lean(stays, state="present")
        house.wait_lean(leaves, state="present")
        eventually(house.offsets.exists, "the offsets' file")

        house.kill("connect")
        house.sql(f"DELETE FROM clientes WHERE id = {leaves}")
        house.offsets.unlink()
        house.launch("connect")
        later, _ = house.open_account()
        house.wait_lean(later, state="present")

        after = house.wait_lean(stays, state="present")
        assert {**after, "version": ""} == {**before, "version": ""}
        assert house.wait_lean(left_before, state="deleted")
        # Nobody told of this one: only the snapshot's silence does.
        assert house.wait_lean(leaves, state="present")

        house.sweep()

        row = house.wait_lean(leaves, state="deleted")
        assert (row["name"], row["phone"]) == ("", None)
        assert house.wait_lean(stays, state="present") == after
        assert house.wait_lean(later, state="present")


class TestTheAgeOfTheNewestRecord:
    @pytest.fixture
    def freshness(self, house: House, settings: Settings) -> Iterator[Freshness]:
        settings.KAFKA_BOOTSTRAP_SERVERS = house.plan.bootstrap_servers
        watching = Freshness(_HEARTBEATS, limit_seconds=12)
        thread = threading.Thread(target=watching.run)
        thread.start()
        yield watching
        watching.stop()
        thread.join(20)

    def test_tells_of_a_database_that_is_away_and_of_its_return(
        self, house: House, freshness: Freshness
    ) -> None:
        eventually(lambda: freshness.trouble() is None, "a heartbeat")

        house.kill("banco1-database")
        eventually(freshness.trouble, "silence noticed")
        house.launch("banco1-database")

        eventually(lambda: freshness.trouble() is None, "a heartbeat after the return")
        customer, _ = house.open_account()
        house.wait_lean(customer, state="present")
