"""How the live panel's sockets behave: who may open one, how often it speaks, what is kept."""

import environ

env = environ.Env()

# Where browsers find the socket; empty derives it: the page's own host, its port plus one.
LIVE_WEBSOCKET_URL: str = env.str("LIVE_WEBSOCKET_URL", default="")
# Page origins beside the derived one (the socket's own host, on its port or one below).
LIVE_ALLOWED_ORIGINS: list[str] = env.list("LIVE_ALLOWED_ORIGINS", default=[])
LIVE_FRAMES_PER_SECOND: int = env.int("LIVE_FRAMES_PER_SECOND", default=10)
# Events that a process keeps at hand for those who come back or lag; about 1 KB each.
LIVE_RING_EVENTS: int = env.int("LIVE_RING_EVENTS", default=20_000)
LIVE_MAX_SOCKETS: int = env.int("LIVE_MAX_SOCKETS", default=5_000)
# Without news from the broker for so long, the panel says that it is stale.
LIVE_STALE_SECONDS: float = env.float("LIVE_STALE_SECONDS", default=5.0)
# How often sockets are checked against sessions and memberships.
LIVE_ACCESS_CHECK_SECONDS: float = env.float("LIVE_ACCESS_CHECK_SECONDS", default=10.0)
