"""Django settings, one module per surrounding; a file .env beside manage.py is read first.

`TRILHO_ENV_FILE` names another file, or, set to nothing, none at all.
"""

import os
from pathlib import Path

import environ

_FILE = os.environ.get("TRILHO_ENV_FILE", str(Path(__file__).resolve().parents[2] / ".env"))
if _FILE and Path(_FILE).exists():
    environ.Env.read_env(_FILE)
