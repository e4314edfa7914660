"""`simulate` against the running product: traffic through every hop, and books that balance."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher.plan import ROOT
from tests.stack import Stack


@pytest.mark.kafka
class TestSimulate:
    def test_sends_traffic_and_finds_the_books_balanced(self, stack: Stack, tmp_path: Path) -> None:
        report = tmp_path / "report.json"
        options = ["--count", "60", "--rate", "60", "--duplicates", "0.3", "--bad-cards", "0.3"]

        done = subprocess.run(
            [sys.executable, "manage.py", "simulate", *options, "--report", str(report)],
            cwd=ROOT,
            env=stack.plan.surroundings,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

        assert done.returncode == 0, done.stdout + done.stderr
        figures = json.loads(report.read_text())
        assert figures["accepted"] == figures["rows"] == figures["decided"] == 60
        assert figures["accepted_cents"] == figures["decided_cents"]
        assert 0 < figures["approved"] < 60
        assert figures["replayed"] == figures["sent"] - 60 > 0
