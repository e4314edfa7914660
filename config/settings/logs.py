"""What is logged, and how: JSON lines on the standard error."""

from typing import Any

import environ

from messaging import logs

env = environ.Env()

LOGGING: dict[str, Any] = logs.settings(
    env.str("TRILHO_LOG_LEVEL", default="INFO"),
    as_json=env.bool("TRILHO_LOG_JSON", default=True),
    # Django quotes the address of each request that goes wrong, the sockets' server of every one.
    secrets_behind=("/bank/invitation/", "/orders/*/"),
)
