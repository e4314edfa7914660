"""How long a failing record waits before it is tried again."""

import random
from collections.abc import Callable

from messaging.consumer import RetryPolicy


def delay(policy: RetryPolicy, attempt: int, rand: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait after the `attempt`-th failure in a row, counted from 1.

    The wait doubles (by the policy's factor) up to the longest; half of it is jitter, so that
    consumers that failed together do not come back together.
    """
    longest = policy.longest_delay.total_seconds()
    exponent = min(attempt - 1, 64)
    full = min(longest, policy.first_delay.total_seconds() * policy.factor**exponent)
    return full / 2 + full / 2 * rand()
