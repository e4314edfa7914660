"""Counts requests per account in the database, so that all processes together keep one limit."""

import threading
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import F

from accounts.models import RateWindow

_ATTEMPTS: Final = 20
_HOT_SECONDS: Final = 0.1
_CALM_SECONDS: Final = 1.0
_MOST_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class _Slice:
    """What this process has taken of an account's running window and not yet spent."""

    left: int = 0
    window_ends_ms: int = 0
    size: int = 1
    taken_at: float = 0.0
    is_used_up: bool = False


_lock = threading.Lock()
_slices: dict[str, _Slice] = {}


def take(account_id: str) -> float | None:
    """Count one request; return None, or the seconds to wait when the window is used up.

    The window begins with its first request. A calm account is counted one by one; where requests
    come thick, a process takes up to ACCOUNTS_RATE_SLICE at once: never more than the limit are
    let through, and a few less where another process holds the rest of its slice.
    """
    now_ms = time.time_ns() // 1_000_000
    with _lock:
        held = _held(account_id)
        if held.window_ends_ms > now_ms:
            if held.left > 0:
                held.left -= 1
                return None
            if held.is_used_up:
                return _seconds_until(held, now_ms)
        wanted = _next_size(held)
    granted, window_ends_ms = _take_from_database(account_id, wanted, now_ms)
    with _lock:
        return _keep(_held(account_id), granted, window_ends_ms, now_ms)


def forget() -> None:
    """Forget what this process holds, as a new process would; what it took stays counted."""
    with _lock:
        _slices.clear()


def _held(account_id: str) -> _Slice:
    held = _slices.get(account_id)
    if held is None:
        if len(_slices) >= _MOST_REMEMBERED:
            _slices.pop(next(iter(_slices)))
        held = _slices[account_id] = _Slice()
    return held


def _next_size(held: _Slice) -> int:
    """Double the slice while each is spent within a moment; begin again at one when calm."""
    lasted = time.monotonic() - held.taken_at
    if lasted < _HOT_SECONDS:
        held.size = min(held.size * 2, settings.ACCOUNTS_RATE_SLICE)
    elif lasted >= _CALM_SECONDS:
        held.size = 1
    return max(1, held.size)


def _keep(held: _Slice, granted: int, window_ends_ms: int, now_ms: int) -> float | None:
    if window_ends_ms > held.window_ends_ms:
        held.left, held.window_ends_ms, held.is_used_up = 0, window_ends_ms, False
    if granted == 0:
        held.is_used_up = True
        return _seconds_until(held, now_ms)
    if window_ends_ms == held.window_ends_ms:
        held.left += granted - 1
    held.taken_at = time.monotonic()
    return None


def _seconds_until(held: _Slice, now_ms: int) -> float:
    return max(0.001, (held.window_ends_ms - now_ms) / 1000)


def _take_from_database(account_id: str, wanted: int, now_ms: int) -> tuple[int, int]:
    """Return how many were granted (0 to `wanted`), and when the window they are of ends."""
    for _ in range(_ATTEMPTS):
        row = RateWindow.objects.filter(account_id=account_id).first()
        if row is None:
            _open_first_window(account_id, now_ms)
            continue
        # What is taken is bound to the window that was seen: a new one refuses the update.
        seen = RateWindow.objects.filter(account_id=account_id, window_ends_ms=row.window_ends_ms)
        if row.window_ends_ms <= now_ms:
            seen.update(used=0, window_ends_ms=_window_end(now_ms))
            continue
        count = min(wanted, settings.ACCOUNTS_RATE_LIMIT - row.used)
        if count <= 0:
            return 0, row.window_ends_ms
        fits = seen.filter(used__lte=settings.ACCOUNTS_RATE_LIMIT - count)
        if fits.update(used=F("used") + count):
            return count, row.window_ends_ms
    return 0, now_ms + 1000


def _open_first_window(account_id: str, now_ms: int) -> None:
    RateWindow.objects.bulk_create(
        [RateWindow(account_id=account_id, window_ends_ms=_window_end(now_ms))],
        ignore_conflicts=True,
    )


def _window_end(now_ms: int) -> int:
    return now_ms + settings.ACCOUNTS_RATE_SECONDS * 1000
