"""How the pages behave: content policy, login lockout, static files, the admin's colours."""

from datetime import timedelta
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

env = environ.Env()

# Name of a process to the address of its readiness probe, as the supervisor starts them.
HEALTH_URLS: dict[str, str] = env.dict("HEALTH_URLS", default={})

# Dates that fit a column; Django's own are longer.
FORMAT_MODULE_PATH = ["config.formats"]

# Files are served from the packages that bring them; nothing is copied into the repository.
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The admin's theme evaluates Alpine expressions and writes its colours into the page.
ADMIN_CONTENT_SECURITY_POLICY: dict[str, list[str]] = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# Five wrong passwords from one address lock that name from that address, never the name alone:
# knowing a name must not be enough to lock a person out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "config.views.locked_out"
AXES_RESET_ON_SUCCESS = True

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Trilho",
    "SITE_HEADER": "Trilho",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_URL": reverse_lazy("start"),
    "SITE_SYMBOL": "train",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("site/favicon.svg"),
        }
    ],
    "STYLES": [lambda _request: static("site/admin.css")],
    "SCRIPTS": [lambda _request: static("site/admin.js")],
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "base": {
            "50": "#f6f8f8",
            "100": "#edf0f0",
            "200": "#dfe4e4",
            "300": "#c6cecf",
            "400": "#97a3a5",
            "500": "#5c676a",
            "600": "#475154",
            "700": "#353e40",
            "800": "#20272a",
            "900": "#14191b",
            "950": "#0e1214",
        },
        "primary": {
            "50": "#effaf8",
            "100": "#d6f2ee",
            "200": "#aee4dd",
            "300": "#7dd0c8",
            "400": "#4ab5ad",
            "500": "#1f918b",
            "600": "#0b6b66",
            "700": "#0a5955",
            "800": "#0a4845",
            "900": "#093b39",
            "950": "#042423",
        },
    },
    "DASHBOARD_CALLBACK": "config.navigation.overview",
    "SIDEBAR": {"show_search": True, "navigation": "config.navigation.sidebar"},
}
