"""Django settings, one module per surrounding; a file .env beside manage.py is read first."""

from pathlib import Path

import environ

environ.Env.read_env(Path(__file__).resolve().parents[2] / ".env")
