"""Drives what was forgotten out of the last byte, where the engine lets us; see the guide.

SQLite overwrites what is deleted (`secure_delete`), but its write-ahead log keeps the old pages
until it is emptied. MariaDB has no such door: its redo and undo logs are reused in their own time,
so the column stays empty there.
"""

from datetime import datetime
from typing import Final

from django.db import connections

from televendas.dialects import SQLITE_EMPTY_LOG, sqlite_patience
from televendas.models import Erasure
from televendas.services.units import DATABASE

_AT_ONCE: Final = 1000
_PATIENCE_MS: Final = 500


def scrub(now: datetime, limit: int = _AT_ONCE) -> int:
    """Note for up to `limit` erasures that their last byte is gone; return for how many.

    On SQLite the write-ahead log is emptied first. While somebody reads or writes, it cannot be:
    then nothing is noted, and the next call tries again. Elsewhere nothing is done. Must not be
    called inside a transaction.
    """
    connection = connections[DATABASE]
    if connection.vendor != "sqlite":
        return 0
    waiting = Erasure.objects.filter(scrubbed_at=None, unreadable_at__lte=now)
    # Those of now alone: what is forgotten meanwhile may stand in the log again.
    due = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    if not due or not _empty_log():
        return 0
    done = 0
    for start in range(0, len(due), 500):
        done += Erasure.objects.filter(pk__in=due[start : start + 500]).update(scrubbed_at=now)
    return done


def _empty_log() -> bool:
    connection = connections[DATABASE]
    usual_seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        # It holds up writers while it waits for readers, so it waits for a moment only.
        cursor.execute(sqlite_patience(_PATIENCE_MS))
        try:
            cursor.execute(SQLITE_EMPTY_LOG)
            is_busy, _, _ = cursor.fetchone()
        finally:
            cursor.execute(sqlite_patience(int(usual_seconds * 1000)))
    return not is_busy
