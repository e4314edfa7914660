"""Every metric of the bank's server, named once. Labels hold names from the code, never ids."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# Calls that have ended, by method and by gRPC's name of the code.
CALLS: Final = Counter("trilho_bank_calls", "Calls ended", ["method", "code"])
# From the handler's beginning to its answer, in seconds; waiting for a thread is not in it.
CALL_SECONDS: Final = Histogram(
    "trilho_bank_call_seconds",
    "Time of one call",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
# Calls that are worked on.
IN_HAND: Final = Gauge("trilho_bank_calls_in_hand", "Calls worked on")
# Decided payments, first answers and repetitions, by what was decided: `approved` or the refusal.
PAYMENTS: Final = Counter("trilho_bank_payments", "Payments answered", ["outcome"])
