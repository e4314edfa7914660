from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import services
from accounts.models import Account, AccountSecret
from accounts.services.verification import WrongSecretError, verify
from accounts.services.verified import forget_everything
from accounts.tests.parallel import at_once
from messaging.testing.files import bytes_at_rest

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def is_right(account: Account, secret: str) -> bool:
    try:
        return bool(verify(account.id, secret, "198.51.100.7"))
    except WrongSecretError:
        return False


@pytest.mark.django_db
class TestIssueSecret:
    def test_gives_a_second_one_beside_the_first(self) -> None:
        account, first = services.create_account("Padaria")

        _, second = services.issue_secret(account.id)

        assert is_right(account, first)
        assert is_right(account, second)

    def test_refuses_a_third(self) -> None:
        account, _ = services.create_account("Padaria")
        services.issue_secret(account.id)

        with pytest.raises(services.UnableToIssueSecretError, match="revoke one"):
            services.issue_secret(account.id)

    def test_takes_the_place_of_one_that_has_expired(self) -> None:
        account, _ = services.create_account("Padaria")
        services.issue_secret(account.id, expires_at=NOW + timedelta(hours=1), now=NOW)

        _, third = services.issue_secret(account.id, now=NOW + timedelta(hours=1))

        assert is_right(account, third)

    def test_refuses_an_unknown_account(self) -> None:
        with pytest.raises(services.UnableToIssueSecretError, match="No account"):
            services.issue_secret("nobody")

    def test_the_database_itself_refuses_a_third_live_one(self) -> None:
        account, _ = services.create_account("Padaria")

        for slot in (1, 3):
            with pytest.raises(IntegrityError), transaction.atomic():
                AccountSecret.objects.create(account=account, slot=slot, digest="d", hint="abcd")


@pytest.mark.django_db(transaction=True)
class TestIssueSecretInParallel:
    def test_leaves_no_more_than_two_live(self) -> None:
        account, _ = services.create_account("Padaria")

        def issue(_number: int) -> bool:
            try:
                services.issue_secret(account.id)
            except services.UnableToIssueSecretError:
                return False
            return True

        issued = at_once(issue, 16, threads=8)

        assert sum(issued) == 1
        assert account.secrets.filter(slot__isnull=False).count() == 2


@pytest.mark.django_db
class TestRotateSecret:
    def test_lets_both_work_through_the_overlap(self) -> None:
        account, old = services.create_account("Padaria")

        _, new = services.rotate_secret(account.id, overlap=timedelta(hours=1))

        assert is_right(account, old)
        assert is_right(account, new)

    def test_ends_the_old_one_after_the_overlap(self) -> None:
        account, old = services.create_account("Padaria")

        _, new = services.rotate_secret(account.id, overlap=timedelta(0))

        assert not is_right(account, old)
        assert is_right(account, new)

    def test_does_not_lengthen_what_ends_sooner(self) -> None:
        account, _ = services.create_account("Padaria")
        soon = NOW + timedelta(hours=1)
        account.secrets.update(expires_at=soon)

        services.rotate_secret(account.id, overlap=timedelta(days=7), now=NOW)

        assert account.secrets.get(slot=1).expires_at == soon

    def test_changes_nothing_where_two_are_live(self) -> None:
        account, _ = services.create_account("Padaria")
        services.issue_secret(account.id)

        with pytest.raises(services.UnableToIssueSecretError):
            services.rotate_secret(account.id)

        assert account.secrets.filter(expires_at__isnull=True).count() == 2


@pytest.mark.django_db
class TestRevokeSecret:
    def test_refuses_it_from_the_next_request_on(self) -> None:
        account, secret = services.create_account("Padaria")
        assert is_right(account, secret)

        services.revoke_secret(account.secrets.get().id)

        assert not is_right(account, secret)

    def test_keeps_the_first_moment(self) -> None:
        account, _ = services.create_account("Padaria")
        secret_id = account.secrets.get().id

        services.revoke_secret(secret_id, now=NOW)
        services.revoke_secret(secret_id, now=NOW + timedelta(days=1))

        assert account.secrets.get().revoked_at == NOW

    def test_frees_its_place(self) -> None:
        account, _ = services.create_account("Padaria")
        services.issue_secret(account.id)

        services.revoke_secret(account.secrets.first().id)  # type: ignore[union-attr]

        assert services.issue_secret(account.id)

    def test_says_that_there_is_none(self) -> None:
        with pytest.raises(services.UnableToFindSecretError):
            services.revoke_secret("nothing")


@pytest.mark.django_db(transaction=True)
class TestAtRest:
    def test_no_secret_is_in_any_row(self, capsys: pytest.CaptureFixture[str]) -> None:
        account, first = services.create_account("Padaria")
        assert is_right(account, first)
        _, second = services.rotate_secret(account.id)
        assert is_right(account, second)
        assert not is_right(account, second[:-1] + "!")
        forget_everything()

        said = "".join(capsys.readouterr())

        kept = everything_kept()
        assert account.id in kept, "the scan finds what is there"
        assert account.id in said, "the scan of what was logged finds what is there"
        for secret in (first, second):
            assert secret[len("trilho_sk_") : -6] not in kept
            assert secret[len("trilho_sk_") : -6] not in said


def everything_kept() -> str:
    """Return every row of every table as text; on SQLite also the bytes of the files."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [repr(row) for row in cursor.fetchall()]
        if connection.vendor == "sqlite":
            rows.append(_files_of_sqlite())
    return "\n".join(rows)


def _files_of_sqlite() -> str:
    name = Path(str(connection.settings_dict["NAME"]))
    return bytes_at_rest(name.parent.glob(f"{name.name}*")).decode("latin-1")
