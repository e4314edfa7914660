"""Background processes load what they need, which is much less than a process with pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import roles

ROOT = Path(__file__).parents[2]
# Each takes megabytes, and no consumer, relay, sender or trimmer ever calls it.
HEAVY = (
    "channels",
    "config.urls",
    "django.contrib.admin",
    "django.contrib.sessions",
    "django.test",
    "drf_spectacular",
    "holidays",
    "requests",
    "rest_framework",
    "rich.console",
    "unfold",
)
_PROGRAM = """
import sys
import manage
sys.argv = ["manage.py", *sys.argv[1:]]
try:
    manage.main()
except SystemExit:
    pass
print("\\n" + " ".join(sys.modules))
"""


def modules_of(*arguments: str, **environment: str) -> set[str]:
    """Run `manage.py` with these arguments and return what that process had imported."""
    inherited = {key: value for key, value in os.environ.items() if key != roles.VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**inherited, "DJANGO_SETTINGS_MODULE": "config.settings.base", **environment},
    )
    return set(done.stdout.splitlines()[-1].split())


class TestABackgroundProcess:
    # Both listings run the system checks, as a start does, and import every consumer and table.
    @pytest.mark.parametrize(
        "command",
        [
            ("run_consumer", "--list"),
            ("housekeeping", "--list"),
            ("run_relay", "--help"),
            ("run_webhooks", "--help"),
            ("run_sweeper", "--help"),
            ("run_bank", "--help"),
        ],
    )
    def test_imports_nothing_that_only_pages_need(self, command: tuple[str, ...]) -> None:
        found = modules_of(*command)

        assert "messaging.models" in found
        assert found.isdisjoint(HEAVY)

    def test_may_be_told_to_load_everything(self) -> None:
        assert "unfold" in modules_of("run_consumer", "--list", TRILHO_BACKGROUND="false")


class TestAllOthers:
    def test_load_everything(self) -> None:
        assert {"unfold", "rest_framework", "config.urls"} <= modules_of("check")
