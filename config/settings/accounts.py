"""Who may come in: merchants' secrets, client addresses, rate limits."""

import environ

env = environ.Env()

# Keys of the HMAC under which secrets are stored, by key id. To rotate: add a key, name it as
# the current one, and drop the old key once every secret was used (each use re-keys it).
ACCOUNTS_SECRET_PEPPERS: dict[str, str] = env.dict(
    "ACCOUNTS_SECRET_PEPPERS", default={"dev": "development-only-pepper-" + "0" * 32}
)
ACCOUNTS_CURRENT_PEPPER: str = env.str(
    "ACCOUNTS_CURRENT_PEPPER", default=next(reversed(ACCOUNTS_SECRET_PEPPERS))
)
# How long the other processes may go on taking a revoked secret, in seconds; 0 asks every time.
ACCOUNTS_CACHE_SECONDS: float = env.float("ACCOUNTS_CACHE_SECONDS", default=5.0)
ACCOUNTS_CACHE_SIZE: int = env.int("ACCOUNTS_CACHE_SIZE", default=4096)
# How many proxies in front of us write X-Forwarded-For; 0 believes the connection alone.
TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", default=0)

# Requests per account and window; never more, over all processes together.
ACCOUNTS_RATE_LIMIT: int = env.int("ACCOUNTS_RATE_LIMIT", default=60_000)
ACCOUNTS_RATE_SECONDS: int = env.int("ACCOUNTS_RATE_SECONDS", default=60)
# The most requests that a process takes from the database at once; 1 counts each by itself.
ACCOUNTS_RATE_SLICE: int = env.int("ACCOUNTS_RATE_SLICE", default=200)

# Page logins are locked by django-axes (how soon and how long stands with the pages' settings): it
# counts against the same address as we do, and logs no name.
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.page_client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS: list[str] = ["username", "password"]
AXES_ALLOWED_CORS_ORIGINS = ""
