"""A run that leaves tests out says so, and fails where CI says that it is one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.launcher.plan import ROOT

TEST = """
import pytest

@pytest.mark.kafka
def test_needs_a_broker(kafka_bootstrap: str) -> None:
    pass

def test_needs_nothing() -> None:
    pass

@pytest.mark.django_db
def test_needs_the_database() -> None:
    pass
"""


@pytest.fixture
def outcome(tmp_path: Path) -> Any:
    """Run the three tests above under the root conftest in a process of their own."""
    (tmp_path / "test_sample.py").write_text(TEST, encoding="utf-8")

    def run(*arguments: Any, **changes: Any) -> Any:
        environment = {**os.environ, "TRILHO_VAR": str(tmp_path), **changes}
        for name in ("TRILHO_TEST_KAFKA", "TRILHO_TEST_MARIADB", "DATABASE_URL"):
            environment.pop(name, None)
        if changes.get("CI") is None:
            environment.pop("CI", None)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["--confcutdir", str(ROOT), "-p", "conftest", "--rootdir", str(ROOT)]
        command += ["-c", str(ROOT / "pyproject.toml"), str(tmp_path), *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return run


class TestLeftOut:
    def test_is_named_in_the_last_lines(self, outcome: Any) -> None:
        done = outcome("-k", "not database")

        assert done.returncode == 0, done.stdout
        assert "left out: 1 test(s): no kafka server" in done.stdout

    def test_fails_the_run_in_ci(self, outcome: Any) -> None:
        assert outcome("-k", "not database", CI="true").returncode == 1


class TestOnlyDatabase:
    def test_chooses_what_meets_the_database(self, outcome: Any) -> None:
        done = outcome("--only-database")

        assert "1 passed, 2 deselected" in done.stdout
