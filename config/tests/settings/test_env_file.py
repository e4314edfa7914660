"""A file .env is read before any module of the settings looks at the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher.plan import ROOT
from config.launcher.servers import Servers
from config.launcher.testing import surroundings

pytestmark = pytest.mark.timeout(60)
KEY = "ab" * 32
CONTENT = f"""\
CARDS_KEYS=2026x={KEY}
CARDS_FINGERPRINT_KEY={KEY}
WEBHOOKS_IN_FLIGHT=7
KAFKA_BOOTSTRAP_SERVERS=kafka.example:9092
ACCOUNTS_SECRET_PEPPERS=2026x={KEY}
IDEMPOTENCY_SECRET={KEY}
"""


def setting(module: str, expression: str, file: str, **environment: str) -> str:
    """Import one module of the settings in a process of its own; return what the expression is."""
    kept = {name: value for name, value in os.environ.items() if f"{name}=" not in CONTENT}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from config.settings import {module} as it; print(({expression}))",
        ],
        cwd=ROOT,
        env=kept | {"TRILHO_ENV_FILE": file} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / ".env"
    path.write_text(CONTENT, encoding="utf-8")
    return str(path)


class TestEnvFile:
    @pytest.mark.parametrize(
        ("module", "expression", "value"),
        [
            ("cards", "it.CARDS_CURRENT_KEY, it.CARDS_USES_DEVELOPMENT_KEYS", "('2026x', False)"),
            ("webhooks", "it.WEBHOOKS_IN_FLIGHT", "7"),
            ("kafka", "it.KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092"),
            ("accounts", "it.ACCOUNTS_CURRENT_PEPPER", "2026x"),
            ("rest", "it.IDEMPOTENCY_SECRET", KEY),
            ("base", "it.CARDS_CURRENT_KEY, it.WEBHOOKS_IN_FLIGHT", "('2026x', 7)"),
        ],
    )
    def test_is_read_first(self, file: str, module: str, expression: str, value: str) -> None:
        assert setting(module, expression, file) == value

    def test_yields_to_the_environment(self, file: str) -> None:
        assert setting("webhooks", "it.WEBHOOKS_IN_FLIGHT", file, WEBHOOKS_IN_FLIGHT="9") == "9"

    def test_can_be_left_unread(self) -> None:
        assert setting("cards", "it.CARDS_CURRENT_KEY", "") == "dev"

    def test_is_not_read_by_a_test_run(self, tmp_path: Path) -> None:
        servers = Servers({}, "", "")

        assert surroundings(servers, tmp_path, "")["TRILHO_ENV_FILE"] == ""
