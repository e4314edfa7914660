"""Lanes of tests apart from each other, and what failed in any of them is told at the end."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

from config.launcher import testing
from config.launcher.plan import ROOT
from config.launcher.servers import Servers

_FAILS = "def test_bad():\n    assert not 'found out'\n"


class TestLane:
    def test_runs_its_passes_in_turn_and_gives_all_their_codes(self, tmp_path: Path) -> None:
        file = tmp_path / "test_bad.py"
        file.write_text(_FAILS)
        passes = [("-c", "pyproject.toml", str(file)), ("--version",)]

        with testing._Lane(Servers({}, "", ""), passes, "24000-24500") as lane:
            codes = lane.wait()
            told = lane.told()

        assert codes == [1, 0]
        assert told.index("found out") < told.rindex("pytest ")

    def test_has_ports_of_its_own(self) -> None:
        parts = [[int(end) for end in each.split("-")] for each in testing._parts_of_the_ports()]

        assert len(parts) == 1 + len(testing._LANES)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(parts))

    def test_leaves_no_folder_out_and_runs_none_twice(self) -> None:
        beside = {arguments[0] for passes in testing._LANES for arguments in passes}
        others = testing._others()

        assert {"tests", "messaging", "cards", "config"} <= beside | set(others)
        assert not beside & set(others)


class TestFailures:
    def test_are_noted_where_the_run_says(self, tmp_path: Path) -> None:
        file, failed = tmp_path / "test_bad.py", tmp_path / "failed"
        file.write_text(_FAILS)

        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-c", "pyproject.toml", file],
            cwd=ROOT,
            env={**os.environ, "TRILHO_TEST_FAILED": str(failed), "TRILHO_VAR": str(tmp_path)},
            capture_output=True,
            check=False,
        )

        assert done.returncode == 1
        assert failed.read_text().count("\n") == 1
        assert "::test_bad: AssertionError" in failed.read_text()
