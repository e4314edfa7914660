"""How the shop writes to its customers: by SMTP where EMAIL_URL names one, else into files."""

from typing import Any

import environ

env = environ.Env()

# smtp+tls://user:password@host:587, consolemail://, or filemail:// with MAIL_FOLDER.
_told: dict[str, Any] = env.email_url("EMAIL_URL", default="filemail://")

EMAIL_BACKEND: str = _told["EMAIL_BACKEND"]
EMAIL_HOST: str = _told["EMAIL_HOST"] or "localhost"
EMAIL_PORT: int = _told["EMAIL_PORT"] or 25
EMAIL_HOST_USER: str = _told["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD: str = _told["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS: bool = _told.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = _told.get("EMAIL_USE_SSL", False)
# Seconds; a mail server that hangs holds the mails of its partition no longer than this.
EMAIL_TIMEOUT: float = env.float("EMAIL_TIMEOUT", default=10.0)
# Where mails stand that are written to files; the data folder's `mail` where nothing is said.
MAIL_FOLDER: str = env.str("MAIL_FOLDER", default="")
DEFAULT_FROM_EMAIL: str = env.str("MAIL_FROM", default="Trilho <shop@trilho.example>")
# What links in mails begin with.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000")
