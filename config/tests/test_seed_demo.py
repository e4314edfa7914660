"""The demo's people are made once and found again."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Account
from accounts.selectors import visible_accounts
from bank_grpc.models import Card
from config.banco1 import access
from config.launcher import banco1, demo
from orders.adapters.bank import shop_account
from orders.models import Campaign, Product, StockMovement
from orders.services.coupons import discount_of

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


class TestSeedDemo:
    def test_writes_every_key_that_scripts_rely_on(self, tmp_path: Path) -> None:
        call_command("seed_demo", metrics=["web=http://127.0.0.1:8000/metrics"])

        content = demo.read(tmp_path)
        assert set(content) >= {"base_url", "websocket_url", "bootstrap_servers", "metrics"}
        assert all(set(account) == {"id", "secret"} for account in content["accounts"])
        assert all(set(login) == {"username", "password", "role"} for login in content["logins"])
        assert content["metrics"] == {"web": "http://127.0.0.1:8000/metrics"}

    def test_says_how_to_enter_banco_1_for_as_long_as_it_runs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in banco1.environment(tmp_path, 8000).items():
            monkeypatch.setenv(name, value)
        call_command("seed_demo")

        beside = demo.read(tmp_path)[access.KEY]
        assert (beside["host"], beside["port"], beside["user"]) == ("127.0.0.1", 8040, "banco1")
        assert beside["password"]

        monkeypatch.delenv("BANCO1_HOST")
        call_command("seed_demo")
        assert access.KEY not in demo.read(tmp_path)

    def test_issues_two_cards_and_says_where_the_bank_is(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        content = demo.read(tmp_path)
        assert content["bank_address"] == "127.0.0.1:50052"
        assert [set(card) for card in content["cards"]] == 2 * [
            {"card_id", "holder", "number", "expiration_month", "expiration_year", "cvv"}
        ]
        assert Card.objects.filter(id__in=[card["card_id"] for card in content["cards"]]).count()

    def test_gives_the_first_card_a_holder_who_can_sign_in(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        content = demo.read(tmp_path)
        [login] = [each for each in content["logins"] if each["role"] == "cardholder"]
        card = Card.objects.get(pk=content["cards"][0]["card_id"])
        assert card.user is not None
        assert card.user.get_username() == login["username"]
        assert card.user.check_password(login["password"])

    def test_gives_a_new_database_a_new_holder(self, tmp_path: Path) -> None:
        call_command("seed_demo")
        Card.objects.update(user=None)

        call_command("seed_demo")

        logins = demo.read(tmp_path)["logins"]
        [login] = [each for each in logins if each["role"] == "cardholder"]
        user = get_user_model().objects.get(username=login["username"])
        assert user.check_password(login["password"])
        assert Card.objects.filter(user=user).count() == 1

    def test_ties_each_merchants_user_to_one_account(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        content = demo.read(tmp_path)
        users = get_user_model().objects
        merchants = [login for login in content["logins"] if login["role"] == "merchant"]
        seen = [visible_accounts(users.get(username=each["username"])) for each in merchants]
        assert seen == [frozenset({account["id"]}) for account in content["accounts"]]

    def test_makes_an_agent_who_sees_telesales_alone(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        [login] = [each for each in demo.read(tmp_path)["logins"] if each["role"] == "agent"]
        agent = get_user_model().objects.get(username=login["username"])
        assert agent.has_perm("televendas.view_customer")
        assert not agent.has_perm("transactions.view_transaction")
        assert visible_accounts(agent) == frozenset()

    def test_gives_passwords_that_work(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        for login in demo.read(tmp_path)["logins"]:
            user = get_user_model().objects.get(username=login["username"])
            assert user.check_password(login["password"])

    def test_changes_nobody_on_a_second_run(self, tmp_path: Path) -> None:
        call_command("seed_demo")
        before = demo.read(tmp_path)

        call_command("seed_demo", base_url="http://127.0.0.1:9999")

        after = demo.read(tmp_path)
        assert after == before | {"base_url": "http://127.0.0.1:9999"}
        assert Account.objects.count() == len(before["accounts"]) + 1
        assert StockMovement.objects.count() == Product.objects.count()

    def test_makes_new_people_for_a_new_database(self, tmp_path: Path) -> None:
        call_command("seed_demo")
        Account.objects.all().delete()

        call_command("seed_demo")

        assert Account.objects.count() == len(demo.read(tmp_path)["accounts"]) + 1

    def test_opens_a_shop_that_the_bank_knows(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        content = demo.read(tmp_path)
        assert set(content["shop_account"]) == {"id", "secret"}
        assert shop_account() == (content["shop_account"]["id"], content["shop_account"]["secret"])
        assert content["shop_account"] not in content["accounts"]
        on_hand = Product.objects.aggregate(units=Sum("on_hand"))["units"]
        assert on_hand == StockMovement.objects.aggregate(units=Sum("quantity"))["units"] > 0
        assert discount_of("BEMVINDO10", 8990, timezone.now()) == 899
        assert Campaign.objects.get(slug="verao").coupon_id == "BEMVINDO10"

    def test_makes_somebody_who_picks_and_sees_no_money(self, tmp_path: Path) -> None:
        call_command("seed_demo")

        [login] = [each for each in demo.read(tmp_path)["logins"] if each["role"] == "warehouse"]
        picker = get_user_model().objects.get(username=login["username"])
        assert picker.groups.filter(name="warehouse").exists()
        assert not picker.is_staff

    def test_refuses_on_a_real_site(self, settings: Any, tmp_path: Path) -> None:
        settings.DEMO_DATA_ALLOWED = False

        with pytest.raises(CommandError, match="development"):
            call_command("seed_demo")

        assert demo.read(tmp_path) == {}
