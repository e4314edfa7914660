"""Runs the product's own commands against a house."""

import subprocess
import sys

from config.launcher.plan import ROOT
from tests.faults.house import House


def command(house: House, *arguments: str) -> "subprocess.Popen[str]":
    """Start a management command that meets the house's product; both outputs are one text."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
