"""The shop: its key, how long stock is held and a doubt may last, who runs its warehouse."""

import hashlib

import environ

env = environ.Env()

# Public, so worthless: production settings refuse to start on it.
_DEVELOPMENT_KEY = hashlib.sha256(b"trilho: the development shop key").hexdigest()

# Makes the hashes of people, phones, requests and order links: 64 hex digits. Whoever changes it
# makes every old link and every known customer unknown.
ORDERS_KEY: bytes = bytes.fromhex(env.str("ORDERS_KEY", default=_DEVELOPMENT_KEY))
ORDERS_USES_DEVELOPMENT_KEY: bool = ORDERS_KEY.hex() == _DEVELOPMENT_KEY
# The gateway account that the shop calls the bank as; the demo's is in var/demo.json.
SHOP_ACCOUNT_ID: str = env.str("SHOP_ACCOUNT_ID", default="")
SHOP_ACCOUNT_SECRET: str = env.str("SHOP_ACCOUNT_SECRET", default="")
# Minutes that stock is held before the order is paid.
ORDERS_HOLD_MINUTES: float = env.float("ORDERS_HOLD_MINUTES", default=30)
# Hours after which a doubtful order that nobody judged is refused.
ORDERS_REVIEW_HOURS: float = env.float("ORDERS_REVIEW_HOURS", default=48)
# The rule set to begin with: one of orders/rulesets/ by its name, or the path of a JSON file.
ORDERS_FRAUD_RULES: str = env.str("ORDERS_FRAUD_RULES", default="default")
# How long checkout waits for the bank to look at a card, and payment for it to charge, in seconds.
ORDERS_VERIFY_SECONDS: float = env.float("ORDERS_VERIFY_SECONDS", default=1.0)
ORDERS_AUTHORISE_SECONDS: float = env.float("ORDERS_AUTHORISE_SECONDS", default=5.0)
# Minutes after which a pick list that somebody took and left may be taken over.
ORDERS_CLAIM_MINUTES: float = env.float("ORDERS_CLAIM_MINUTES", default=15)
# The group whose members see the warehouse's pages.
WAREHOUSE_GROUP = "warehouse"
# How often an order's page that somebody watches is looked after, in seconds.
ORDERS_WATCH_SECONDS: float = env.float("ORDERS_WATCH_SECONDS", default=0.5)
