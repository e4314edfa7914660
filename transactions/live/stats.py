"""The panel's numbers as its page gets them, each part with its own age."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from messaging.backlog import Backlog, Depth
from transactions import selectors_live
from transactions.live.kept import Kept
from transactions.live.lagwatch import LagWatch, lag_watch
from transactions.selectors_live import Accounts, Counted

LATENCY_WINDOW: Final = timedelta(minutes=5)
LATENCY_SAMPLE: Final = 5000

_counts: Kept[Sequence[Counted]] = Kept()
_latencies: Kept[Sequence[float]] = Kept()
_depths: Kept[Depth] = Kept()
_letters: Kept[dict[str, int]] = Kept()


def numbers_for(accounts: Accounts) -> dict[str, Any]:
    """Return the numbers of `accounts`, and for staff (None) those of the operation too."""
    numbers = {**_business(accounts), "latency": _latency(accounts)}
    if accounts is None:
        numbers |= _operation(lag_watch())
    return numbers


def tiles_of(counted: Sequence[Counted]) -> dict[str, dict[str, int]]:
    """Return the four tiles; `received` is the sum of the other three, in count and in cents."""
    tiles = {
        name: {"count": 0, "amount_cents": 0}
        for name in ("received", "approved", "rejected", "pending")
    }
    for row in counted:
        for tile in (tiles["received"], tiles[row.status]):
            tile["count"] += row.count
            tile["amount_cents"] += row.amount_cents
    return tiles


def percentiles_of(milliseconds: Sequence[float]) -> dict[str, float | None]:
    """Return p50, p95 and p99 by nearest rank; None of nothing."""
    ordered = sorted(milliseconds)
    return {f"p{rank}": _rank(ordered, rank) for rank in (50, 95, 99)}


def _rank(ordered: Sequence[float], rank: int) -> float | None:
    if not ordered:
        return None
    return round(ordered[-(-len(ordered) * rank // 100) - 1], 1)


def _business(accounts: Accounts) -> dict[str, Any]:
    answer = _counts.get(accounts, lambda: selectors_live.count_by_outcome(accounts))
    refusals = [
        {"code": row.error_code, "count": row.count}
        for row in sorted(answer.value, key=lambda row: (-row.count, row.error_code))
        if row.status == "rejected"
    ]
    return {"tiles": {**tiles_of(answer.value), "as_of": answer.as_of}, "refusals": refusals}


def _latency(accounts: Accounts) -> dict[str, Any]:
    answer = _latencies.get(
        accounts,
        lambda: selectors_live.recent_latencies(accounts, LATENCY_WINDOW, LATENCY_SAMPLE),
    )
    sample = len(answer.value)
    return {**percentiles_of(answer.value), "sample": sample, "as_of": answer.as_of}


def _operation(watch: LagWatch) -> dict[str, Any]:
    lag = watch.latest()
    depth = _depths.get("outbox", lambda: Backlog().depth())
    letters = _letters.get("letters", selectors_live.open_dead_letters)
    waiting = depth.value.rows
    return {
        "lag": [] if lag is None else lag.value,
        "lag_as_of": None if lag is None else lag.as_of,
        "outbox": {
            "depth": waiting,
            "oldest_seconds": round(depth.value.oldest_seconds, 3) if waiting else None,
            "set_aside": depth.value.set_aside,
            "as_of": depth.as_of,
        },
        "dead_letters": [
            {"consumer": consumer, "count": count} for consumer, count in letters.value.items()
        ],
    }
