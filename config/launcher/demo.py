"""Reads and writes var/demo.json: the demo's addresses, secrets and logins, for scripts."""

import json
import os
from pathlib import Path
from typing import Any


def path_in(var: Path) -> Path:
    """Return where the file stands."""
    return var / "demo.json"


def read(var: Path) -> dict[str, Any]:
    """Return the file's content, empty where it is not there or cannot be read."""
    try:
        content: dict[str, Any] = json.loads(path_in(var).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content


def write(var: Path, content: dict[str, Any]) -> Path:
    """Write the file so that its owner alone can read it, whole or not at all; return its path."""
    path = path_in(var)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    return fresh.replace(path)
