"""Django settings, one module per surrounding; a file .env beside manage.py is read first."""

from pathlib import Path

import environ

_FILE = Path(__file__).resolve().parents[2] / ".env"
if _FILE.exists():
    environ.Env.read_env(_FILE)
