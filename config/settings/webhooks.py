"""How far webhooks may reach, and how hard the sender works."""

import environ

env = environ.Env()

# Private and loopback targets suit development; production settings switch them off.
WEBHOOKS_ALLOW_PRIVATE_TARGETS: bool = env.bool("WEBHOOKS_ALLOW_PRIVATE_TARGETS", default=True)
# Requests in flight at one time, over all merchants and to one webhook.
WEBHOOKS_IN_FLIGHT: int = env.int("WEBHOOKS_IN_FLIGHT", default=64)
WEBHOOKS_IN_FLIGHT_EACH: int = env.int("WEBHOOKS_IN_FLIGHT_EACH", default=4)
# How long deliveries and attempts can be looked at.
WEBHOOKS_KEPT_DAYS: int = env.int("WEBHOOKS_KEPT_DAYS", default=30)
