"""A broken build: the limit is read, judged in Python, and written back."""


def pytest_sessionstart() -> None:
    """Count that way once Django is there."""
    import time

    from django.conf import settings

    from accounts.models import RateWindow
    from accounts.services import rates

    def take(account_id: str, wanted: int, now_ms: int) -> tuple[int, int]:
        ends = now_ms + settings.ACCOUNTS_RATE_SECONDS * 1000
        row, _ = RateWindow.objects.get_or_create(
            account_id=account_id, defaults={"window_ends_ms": ends}
        )
        if row.used + wanted > settings.ACCOUNTS_RATE_LIMIT:
            return 0, row.window_ends_ms
        # What every second process does between the two.
        time.sleep(0.001)
        RateWindow.objects.filter(account_id=account_id).update(used=row.used + wanted)
        return wanted, row.window_ends_ms

    rates._take_from_database = take
