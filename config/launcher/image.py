"""The image's entry point: one word picks the role, and the process becomes it."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from config.launcher import health

# Where the role that runs tells its health, for the image's health check.
_NOTE = Path(tempfile.gettempdir()) / "trilho-health-url"
WEB_PORT = 8000
LIVE_PORT = 8001
BANK_PORT = 50052
# A host that shares its network among containers gives each its own.
METRICS_PORT = int(os.environ.get("TRILHO_METRICS_PORT", "9100"))
_FOLLOWERS = ("relay", "consumer", "webhooks", "sweeper", "housekeeping", "bank")
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container's own network


def command_of(role: str, arguments: Sequence[str]) -> list[str]:
    """Return the command line of a role; raise KeyError for an unknown one."""
    manage = [sys.executable, "manage.py"]
    probe = ["--metrics-port", str(METRICS_PORT)]
    granian = str(Path(sys.executable).with_name("granian"))
    commands = {
        "web": [
            *(granian, "--interface", "wsgi", "--host", _EVERYWHERE, "--port", str(WEB_PORT)),
            *("--workers", "1", "--blocking-threads", "16", "--no-ws", "--respawn-failed-workers"),
            "config.launcher.wsgi:application",
        ],
        "live": [
            *(sys.executable, "-m", "uvicorn", "--host", _EVERYWHERE, "--port", str(LIVE_PORT)),
            *("--ws", "websockets-sansio", "--timeout-graceful-shutdown", "5"),
            *("--ws-max-size", "8192", "--ws-per-message-deflate", "false"),
            "config.asgi:application",
        ],
        "relay": [*manage, "run_relay", *probe],
        "consumer": [*manage, "run_consumer", *probe],
        "webhooks": [*manage, "run_webhooks", *probe],
        "sweeper": [*manage, "run_sweeper", *probe],
        "housekeeping": [*manage, "housekeeping", "--every", "60", *probe],
        "bank": [*manage, "run_bank", "--address", f"{_EVERYWHERE}:{BANK_PORT}", *probe],
        "kafka": [*manage, "run_kafka", "--host", "kafka", "--port", "9092"],
        "migrate": [*manage, "migrate_all"],
        "topics": [*manage, "create_topics"],
        "manage": manage,
    }
    return [*commands[role], *arguments]


def health_url_of(role: str) -> str:
    """Return where the role answers for its readiness, empty where it does not."""
    ports = {"web": WEB_PORT, "live": LIVE_PORT}
    ports |= dict.fromkeys(_FOLLOWERS, METRICS_PORT)
    return f"http://127.0.0.1:{ports[role]}/readyz" if role in ports else ""


def is_healthy() -> bool:
    """Tell whether the role of this container is ready; one without a probe is while it runs."""
    try:
        url = _NOTE.read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
    return health.is_ready(url)


def main(arguments: Sequence[str]) -> int:  # noqa: RET503 - execv never returns
    """Become the role that the first argument names; return 2 where there is none such."""
    role, *rest = arguments or ["web"]
    if role == "health":
        return 0 if is_healthy() else 1
    try:
        command = command_of(role, rest)
    except KeyError:
        print(f"no role is called {role!r}")
        return 2
    _note(health_url_of(role))
    os.execv(command[0], command)  # noqa: S606 - the role must be the process that signals meet


def _note(url: str) -> None:
    if url:
        _NOTE.write_text(url, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
