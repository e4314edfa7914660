"""Every metric of the bank's books, named once. Labels hold names from the code."""

from typing import Final

from prometheus_client import Gauge

# How many break each money invariant, at its last check; 0 where it holds.
INVARIANT_BROKEN: Final = Gauge(
    "trilho_bank_invariant_broken", "Breaches of a money invariant", ["invariant"]
)
