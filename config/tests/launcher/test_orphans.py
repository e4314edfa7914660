"""No step of a start outlives a launcher that was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from config.launcher.plan import ROOT

pytestmark = pytest.mark.timeout(60)
STEP = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()) + '.')"
LAUNCHER = """\
import os, sys
from config.launcher import run
step = [sys.executable, "-c", sys.argv[1] + "; time.sleep(600)", sys.argv[2]]
run._run_apart(step, dict(os.environ))
"""


def noted(path: Path) -> int:
    """Return the process id that the step wrote, once it stands there whole."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if path.exists() and path.read_text().endswith("."):
            return int(path.read_text()[:-1])
        time.sleep(0.02)
    raise AssertionError("the step never started")


class TestAStepOfAStart:
    def test_ends_with_a_launcher_that_is_killed(self, tmp_path: Path) -> None:
        note = tmp_path / "process"
        command = [sys.executable, "-c", LAUNCHER, STEP, str(note)]
        with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ)) as launcher:
            step = psutil.Process(noted(note))

            launcher.send_signal(signal.SIGKILL)

        step.wait(20)
        assert not step.is_running()
