import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import services
from accounts.services.verification import verify

ROTATIONS = 10
OVERLAP = timedelta(seconds=0.4)


@pytest.mark.django_db(transaction=True)
class TestRotationUnderLoad:
    """Merchants call without a pause while their secret is rotated again and again."""

    def test_refuses_no_request(self, settings: Settings) -> None:
        settings.ACCOUNTS_CACHE_SECONDS = 0.05
        account, first = services.create_account("Padaria")
        current = [first]
        answered: list[str] = []
        refused: list[Exception] = []
        done = threading.Event()

        def merchant() -> None:
            try:
                while not done.is_set():
                    answered.append(verify(account.id, current[0], "198.51.100.7").secret_id)
            except Exception as error:  # noqa: BLE001 - whatever it was, it refused a request
                refused.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=merchant) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(ROTATIONS):
            current[0] = _rotate_when_a_place_is_free(account.id)
        done.set()
        for thread in threads:
            thread.join(timeout=30)

        assert refused == []
        assert len(set(answered)) > ROTATIONS / 2


def _rotate_when_a_place_is_free(account_id: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            return services.rotate_secret(account_id, overlap=OVERLAP)[1]
        except services.UnableToIssueSecretError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
