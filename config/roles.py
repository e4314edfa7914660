"""Tells the processes that work in the background, which load far less, from all others.

A consumer renders no page, knows no session and answers no REST: the admin with its theme, DRF,
OpenAPI and the rest of what only pages need would be more than a third of its memory.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

VARIABLE: Final = "TRILHO_BACKGROUND"
"""Set to `true` before the settings are read, it leaves out what only pages and REST need."""

BACKGROUND: Final = frozenset(
    {
        "run_consumer",
        "run_relay",
        "run_webhooks",
        "run_sweeper",
        "housekeeping",
        "run_bank",
        "watch_freshness",
        "simulate_banco1",
    }
)
"""The commands of `manage.py` that need models and services alone."""

APPS_FOR_PAGES: Final = (
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "lucide",
    "django_prometheus",
    "axes",
)
"""Installed apps, in their order, that no background process loads; no relation leads to them."""


def take_on(arguments: Sequence[str]) -> None:
    """Note which kind of process `manage.py` becomes by these arguments, its own name first.

    Who has set the variable already is right, so that `TRILHO_BACKGROUND=false` loads everything.
    """
    if len(arguments) > 1 and arguments[1] in BACKGROUND:
        os.environ.setdefault(VARIABLE, "true")
        # structlog and httpx import it wherever it is there; nobody watches these processes.
        sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # what is not to be found
