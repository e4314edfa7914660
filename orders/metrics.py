"""Every metric of shop and saga, named once. Labels hold names from the code, never ids."""

from typing import Final

from prometheus_client import Counter

# What happened to orders, by the pipeline's words; one that is undone and retried counts twice.
HAPPENINGS: Final = Counter("trilho_order_happenings", "Happenings applied", ["happening"])
# What came to an order that no longer wanted it: the first end wins.
IGNORED: Final = Counter("trilho_order_ignored", "Happenings ignored", ["happening"])
