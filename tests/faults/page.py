"""The page of figures, section by section: what was not run again stays as its last run left it."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from config.launcher.plan import ROOT

TARGET: Final = ROOT / "docs" / "RELIABILITY.md"
KILLS: Final = "Every process killed under traffic"
STOPS: Final = "Every process stopped under traffic"
LIMITS: Final = "No limit gives way"
STATEMENT: Final = "The statement is the ledger's"
SAGA: Final = "Every order ends once"
COPIES: Final = "The lean copy is lean"
BUILDS: Final = "The suite can fail"
_ORDER: Final = (KILLS, STOPS, LIMITS, STATEMENT, SAGA, COPIES, BUILDS)
_HEAD: Final = """\
# Reliability

This page is written by `bin/faults`, each section by the last run that had it; nobody edits it.
What is promised, and which test holds it, stands in the guides; here are the figures.
"""
_TAIL: Final = """
Not promised: exactly-once delivery (only effect); that a mail comes but once after a crash between
sending it and noting so; power loss on the one unreplicated broker of this machine; what a source
topic outside our hands contains.
"""


def write(sections: Mapping[str, str], *, to: Path = TARGET) -> None:
    """Put the sections, by their titles, into the page; leave all others as they are."""
    whole = {**_sections(to), **sections}
    parts = [f"\n## {title}\n\n{whole[title].strip()}\n" for title in _ORDER if title in whole]
    to.write_text("".join([_HEAD, *parts, _TAIL]), encoding="utf-8")


def facts(seed: int, seconds: float) -> str:
    """Return when, on what and with which seed a section's run of `seconds` was."""
    told = {
        "run": f"{datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes, seed {seed}",
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB,"
        f" {platform.system()}, Python {platform.python_version()};"
        f" load average at the end {os.getloadavg()[2]:.1f}",
    }
    return "".join(f"- {name}: {value}\n" for name, value in told.items()) + "\n"


def _sections(page: Path) -> dict[str, str]:
    if not page.exists():
        return {}
    text = page.read_text(encoding="utf-8").removesuffix(_TAIL)
    found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")
