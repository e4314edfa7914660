import threading
import time

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import services
from accounts.models import Account
from accounts.services.verification import verify

ROTATIONS = 10
MERCHANTS = 4


class Callers:
    """A merchant's processes that call without a pause, each with the secret that is current."""

    def __init__(self, account: Account, secret: str) -> None:
        self.account = account
        self.secret = secret
        self.used: set[str] = set()
        self.refused: list[Exception] = []
        self.calls = [0] * MERCHANTS
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=self._call, args=(number,)) for number in range(MERCHANTS)
        ]

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def change_over(self, secret: str) -> None:
        """Have all use `secret`; return when none can be under way with the one before."""
        self.secret = secret
        before = list(self.calls)
        deadline = time.monotonic() + 60
        while any(now < then + 2 for now, then in zip(self.calls, before, strict=True)):
            assert not self.refused
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def _call(self, number: int) -> None:
        try:
            while not self._done.is_set():
                merchant = verify(self.account.id, self.secret, "198.51.100.7")
                self.used.add(merchant.secret_id)
                self.calls[number] += 1
        except Exception as error:  # noqa: BLE001 - whatever it was, it refused a request
            self.refused.append(error)
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
class TestRotationUnderLoad:
    def test_refuses_no_request(self, settings: Settings) -> None:
        settings.ACCOUNTS_CACHE_SECONDS = 0.02
        account, first = services.create_account("Padaria")
        old = account.secrets.get()

        with Callers(account, first) as callers:
            for _ in range(ROTATIONS):
                new, text = services.rotate_secret(account.id)
                callers.change_over(text)
                services.revoke_secret(old.id)
                old = new

        assert callers.refused == []
        assert len(callers.used) == ROTATIONS + 1
