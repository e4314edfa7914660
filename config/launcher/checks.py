"""Behind `bin/check`: the one list of what every change must pass, tests apart."""

import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher.plan import ROOT, manage


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, its command, what its environment has beside ours."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command line of a tool of the virtual environment."""
    return (str(Path(sys.executable).with_name(name)), *arguments)


def checks() -> list[Check]:
    """Return every check, the quick ones first."""
    return [
        Check("format", tool("ruff", "format", "--check", ".")),
        Check("lint", tool("ruff", "check", ".")),
        Check("import contracts", tool("lint-imports")),
        Check(
            "deployment settings",
            manage("check", "--deploy", "--fail-level", "WARNING"),
            production_environment(),
        ),
        Check("missing migrations", manage("makemigrations", "--check", "--dry-run")),
        Check("types", tool("mypy", ".")),
    ]


def production_environment() -> dict[str, str]:
    """Return what production must be told, with secrets made up for this moment."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "trilho.example",
        "CSRF_TRUSTED_ORIGINS": "https://trilho.example",
        "DATABASE_URL": "mysql://trilho:secret@database.example:3306/trilho",
        "TELEVENDAS_DATABASE_URL": "mysql://televendas:secret@database.example:3306/televendas",
        "WAREHOUSE_DATABASE_URL": "mysql://trilho:secret@database.example:3306/warehouse",
        "BANK_KEY": secrets.token_hex(32),
        "ORDERS_KEY": secrets.token_hex(32),
        "SHOP_ACCOUNT_ID": "check",
        "SHOP_ACCOUNT_SECRET": secrets.token_hex(32),
        "TELEVENDAS_KEY": secrets.token_hex(32),
        "KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092",
        "KAFKA_CLIENT_OPTIONS": "security.protocol=SASL_SSL",
        "ACCOUNTS_SECRET_PEPPERS": f"check={secrets.token_hex(32)}",
        "CARDS_KEYS": f"check={secrets.token_hex(32)}",
        "CARDS_CURRENT_KEY": "check",
        "CARDS_FINGERPRINT_KEY": secrets.token_hex(32),
        "IDEMPOTENCY_SECRET": secrets.token_hex(32),
        "BANK_TLS_CA": "/etc/ssl/certs/ca-certificates.crt",
        "DATABASE_TLS_CA": "/etc/ssl/certs/ca-certificates.crt",
    }


def run(check: Check) -> bool:
    """Run one check, print its line and, where it fails, what it said; tell whether it passed."""
    started_at = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = "failed" if done.returncode else "ok"
    print(f"{check.name:<22}{verdict:<8}{time.monotonic() - started_at:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run all checks; return 1 if any failed."""
    verdicts = [run(check) for check in checks()]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
