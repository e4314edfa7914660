"""Rounds of 64 clients on one card, the bank killed in half of them, on both kinds of database."""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Final

from config.launcher.plan import ROOT

_CHECK: Final = "bank_grpc/tests/server/test_limit.py::TestLimit"
DATABASES: Final = ("SQLite", "MariaDB")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rounds on one database came to; each spends a limit of 1,000.00 by 100.00."""

    database: str
    rounds: int
    held: int

    @property
    def is_clean(self) -> bool:
        """Tell whether exactly ten payments were approved in each round, and each key told so."""
        return self.held == self.rounds


def hold(database: str, rounds: int) -> Limits:
    """Run so many calm rounds and as many with a SIGKILL."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database == "MariaDB":
        kept["DATABASE_URL"] = f"{os.environ['TRILHO_TEST_MARIADB']}/bank_limits"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:randomly", _CHECK],
            cwd=ROOT,
            env={**kept, "TRILHO_VAR": folder, "TRILHO_BANK_ROUNDS": str(rounds)},
            capture_output=True,
            text=True,
            check=False,
        )
    passed = re.search(r"(\d+) passed", done.stdout)
    return Limits(database, 2 * rounds, int(passed.group(1)) if passed else 0)
