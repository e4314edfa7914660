"""Reads what a run needs: where to send to, as whom, under which name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transactions.simulation.sender import Merchant


class NobodyToSendAsError(Exception):
    """Neither the options nor the demo's file name an account."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go, and the merchants that send them."""

    base_url: str
    merchants: list[Merchant]


def target_of(base_url: str, accounts: list[str], demo_file: Path) -> Target:
    """Return the target of the options (`accounts` as ID:SECRET), else of the demo's file.

    Raises NobodyToSendAsError.
    """
    demo = _read(demo_file)
    pairs = [(*account.partition(":")[::2],) for account in accounts]
    pairs = pairs or [(each["id"], each["secret"]) for each in demo.get("accounts", [])]
    if not pairs:
        raise NobodyToSendAsError(
            "no account to send as: name one by --account ID:SECRET, or start bin/run, whose"
            " demo accounts are then taken"
        )
    url = base_url or demo.get("base_url", "http://127.0.0.1:8000")
    return Target(url, [Merchant(*pair) for pair in pairs])


def _read(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content
