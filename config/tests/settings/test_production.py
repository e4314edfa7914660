"""Production refuses, by name, everything that only suits development."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.launcher.checks import production_environment
from config.launcher.plan import ROOT

pytestmark = pytest.mark.timeout(60)


def start(tmp_path: Path, **changes: Any) -> Any:
    """Import the settings in a process of their own; a change of None takes the variable away."""
    environment = os.environ | production_environment() | {"TRILHO_VAR": str(tmp_path)} | changes
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


class TestProductionSettings:
    def test_start_on_secrets_of_their_own(self, tmp_path: Path) -> None:
        assert start(tmp_path).returncode == 0

    def test_name_every_secret_that_is_not_set(self, tmp_path: Path) -> None:
        secrets = (
            "SECRET_KEY",
            "ACCOUNTS_SECRET_PEPPERS",
            "CARDS_KEYS",
            "CARDS_FINGERPRINT_KEY",
            "IDEMPOTENCY_SECRET",
            "DATABASE_URL",
            "TELEVENDAS_DATABASE_URL",
            "TELEVENDAS_KEY",
            "WAREHOUSE_DATABASE_URL",
            "BANK_KEY",
            "ORDERS_KEY",
        )

        said = start(tmp_path, **dict.fromkeys((*secrets, "CARDS_CURRENT_KEY"))).stderr

        for name in secrets:
            assert f"{name} is not set" in said

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"SECRET_KEY": "development-only-secret-key"}, "SECRET_KEY is a development value"),
            ({"TRILHO_FAULTPOINT": "a:1:kill"}, "TRILHO_FAULTPOINT is set"),
            ({"KAFKA_CLIENT_OPTIONS": None}, "security.protocol"),
            ({"DATABASE_TLS_CA": None}, "DATABASE_TLS_CA"),
            ({"BANK_TLS_CA": None}, "BANK_TLS_CA"),
            ({"SECURE_SSL_REDIRECT": "enabled"}, "SECURE_SSL_REDIRECT is neither true nor false"),
            ({"SESSION_COOKIE_SECURE": ""}, "SESSION_COOKIE_SECURE is neither true nor false"),
        ],
    )
    def test_refuse_to_start(self, tmp_path: Path, changes: Any, complaint: str) -> None:
        done = start(tmp_path, **changes)

        assert done.returncode != 0
        assert complaint in done.stderr

    def test_refuse_to_meet_demo_data(self, tmp_path: Path) -> None:
        (tmp_path / "demo.json").touch()

        assert "demo.json" in start(tmp_path).stderr

    def test_take_plain_text_only_where_it_was_asked_for(self, tmp_path: Path) -> None:
        plain = {"KAFKA_CLIENT_OPTIONS": None, "DATABASE_TLS_CA": None}

        assert start(tmp_path, **plain, TRILHO_PLAINTEXT_NETWORK="true").returncode == 0
