import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from accounts.models import Account
from accounts.selectors import visible_accounts
from accounts.services.verification import WrongSecretError, verify


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestCreateAccount:
    def test_prints_what_lets_the_merchant_in(self) -> None:
        made = json.loads(run("create_account", "--name", "Padaria", "--json"))

        assert verify(made["id"], made["secret"], "198.51.100.7").name == "Padaria"

    def test_prints_for_people_too(self) -> None:
        text = run("create_account", "--name", "Padaria")

        assert Account.objects.get().id in text
        assert "trilho_sk_" in text

    def test_ties_the_people_named(self) -> None:
        ana = User.objects.create_user("ana")

        made = json.loads(run("create_account", "--name", "Padaria", "--user", "ana", "--json"))

        assert visible_accounts(ana) == frozenset({made["id"]})

    @pytest.mark.parametrize(
        "arguments", [["--name", "P", "--user", "nobody"], ["--name", "x" * 121], ["--name", ""]]
    )
    def test_makes_nothing_where_something_is_wrong(self, arguments: list[str]) -> None:
        with pytest.raises(CommandError):
            run("create_account", *arguments)

        assert not Account.objects.exists()


@pytest.mark.django_db
class TestRotateSecret:
    def test_prints_the_new_secret_and_ends_the_old_one(self) -> None:
        made = json.loads(run("create_account", "--name", "Padaria", "--json"))

        new = json.loads(run("rotate_secret", made["id"], "--overlap-hours", "0", "--json"))

        assert verify(made["id"], new["secret"], "198.51.100.7")
        with pytest.raises(WrongSecretError):
            verify(made["id"], made["secret"], "198.51.100.7")

    def test_names_an_unknown_account(self) -> None:
        with pytest.raises(CommandError, match="No account"):
            run("rotate_secret", "nobody")

    @pytest.mark.parametrize("hours", ["-1", "nan", "inf", "8761"])
    def test_takes_no_overlap_without_an_end(self, hours: str) -> None:
        made = json.loads(run("create_account", "--name", "Padaria", "--json"))

        with pytest.raises(CommandError, match="--overlap-hours"):
            run("rotate_secret", made["id"], f"--overlap-hours={hours}")

        assert verify(made["id"], made["secret"], "198.51.100.7")
