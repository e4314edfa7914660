"""Runs the product's own commands against a house."""

import subprocess
import sys
import tempfile
from typing import Self

from config.launcher.plan import ROOT
from tests.faults.house import House


class Command:
    """A management command that meets the house's product, under way inside a `with` block.

    Both its outputs go to one file: a pipe that nobody reads would hold it up once it is full.
    """

    def __init__(self, house: House, *arguments: str) -> None:
        """Start it."""
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the command
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=house.environment,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )

    @property
    def has_ended(self) -> bool:
        """Tell whether it has."""
        return self._process.poll() is not None

    def outcome(self) -> tuple[int, str]:
        """Wait for its end, and return its code and all that it said."""
        code = self._process.wait()
        self._said.seek(0)
        return code, self._said.read()

    def __enter__(self) -> Self:
        """Return it, under way."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if it has not by itself."""
        self._process.kill()
        self._process.wait()
        self._said.close()


def run(house: House, *arguments: str) -> tuple[int, str]:
    """Run a command to its end; return its code and all that it said."""
    with Command(house, *arguments) as command:
        return command.outcome()
