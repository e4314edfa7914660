from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import services
from accounts.models import AccountSecret
from accounts.services.verification import WrongSecretError, verify
from accounts.services.verified import forget_everything

HERE = "198.51.100.7"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.django_db
class TestVerify:
    def test_names_the_merchant(self) -> None:
        account, secret = services.create_account("Padaria")

        merchant = verify(account.id, secret, HERE)

        assert (merchant.account_id, merchant.name) == (account.id, "Padaria")
        assert merchant.secret_id == account.secrets.get().id

    def test_refuses_another_accounts_secret(self) -> None:
        account, _ = services.create_account("Padaria")
        _, foreign = services.create_account("Farmácia")

        with pytest.raises(WrongSecretError):
            verify(account.id, foreign, HERE)

    def test_refuses_an_account_that_is_switched_off_at_once(self) -> None:
        account, secret = services.create_account("Padaria")
        verify(account.id, secret, HERE)

        services.change_account(account.id, name=account.name, active=False)

        with pytest.raises(WrongSecretError):
            verify(account.id, secret, HERE)

    def test_asks_the_database_once_for_many_requests(self) -> None:
        account, secret = services.create_account("Padaria")
        verify(account.id, secret, HERE)

        with CaptureQueriesContext(connection) as queries:
            for _ in range(10):
                verify(account.id, secret, HERE)

        assert len(queries) == 0

    def test_asks_every_time_without_memory(self, settings: Settings) -> None:
        settings.ACCOUNTS_CACHE_SECONDS = 0
        account, secret = services.create_account("Padaria")
        verify(account.id, secret, HERE)
        AccountSecret.objects.update(slot=None)

        with pytest.raises(WrongSecretError):
            verify(account.id, secret, HERE)

    def test_bounds_its_memory(self, settings: Settings) -> None:
        settings.ACCOUNTS_CACHE_SIZE = 2
        account, secret = services.create_account("Padaria")
        for last in range(3):
            verify(account.id, secret, f"198.51.100.{last}")

        with CaptureQueriesContext(connection) as queries:
            verify(account.id, secret, "198.51.100.2")
            verify(account.id, secret, "198.51.100.1")
            assert len(queries) == 0
            verify(account.id, secret, "198.51.100.0")
            assert len(queries) > 0

    def test_an_unknown_account_costs_the_queries_of_a_wrong_secret(self) -> None:
        account, secret = services.create_account("Padaria")

        counts = []
        for account_id in (account.id, "01890a5d-ac96-774b-bcce-b302099a8057"):
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries, pytest.raises(WrongSecretError):
                    verify(account_id, secret + "x", HERE)
                counts.append(len(queries))

        assert counts[:2] == counts[2:]

    def test_notes_the_use_at_most_once_a_minute(self, settings: Settings) -> None:
        settings.ACCOUNTS_CACHE_SECONDS = 0
        account, secret = services.create_account("Padaria")

        seen = []
        for seconds in (0, 59, 60):
            with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
                verify(account.id, secret, HERE)
            seen.append(account.secrets.get().last_used_at)

        assert seen == [NOW, NOW, NOW + timedelta(seconds=60)]


@pytest.mark.django_db
class TestPepper:
    def test_rotates_without_refusing_a_secret(self, settings: Settings) -> None:
        settings.ACCOUNTS_SECRET_PEPPERS = {"one": "1" * 40}
        settings.ACCOUNTS_CURRENT_PEPPER = "one"
        account, secret = services.create_account("Padaria")

        for peppers, current in [
            ({"one": "1" * 40, "two": "2" * 40}, "two"),
            ({"two": "2" * 40}, "two"),
        ]:
            settings.ACCOUNTS_SECRET_PEPPERS = peppers
            settings.ACCOUNTS_CURRENT_PEPPER = current
            forget_everything()
            assert verify(account.id, secret, HERE)

        assert account.secrets.get().pepper_id == "two"

    def test_refuses_what_lies_under_a_pepper_that_is_gone(self, settings: Settings) -> None:
        account, secret = services.create_account("Padaria")
        account.secrets.update(digest="0" * 64)

        settings.ACCOUNTS_SECRET_PEPPERS = {"new": "3" * 40}
        settings.ACCOUNTS_CURRENT_PEPPER = "new"

        with pytest.raises(WrongSecretError):
            verify(account.id, secret, HERE)
