"""A shop without an account, or with a weak key, is told of before anybody checks out."""

from typing import Any

from orders.checks import check_account, check_key


class TestChecks:
    def test_a_sound_shop_has_nothing_to_tell(self, settings: Any) -> None:
        settings.SHOP_ACCOUNT_ID, settings.SHOP_ACCOUNT_SECRET = "id", "secret"

        assert check_key() == []
        assert check_account() == []

    def test_a_weak_key_is_an_error(self, settings: Any) -> None:
        settings.ORDERS_KEY = b"short"

        assert [each.id for each in check_key()] == ["orders.E001"]

    def test_a_shop_without_an_account_is_warned_of(self, settings: Any) -> None:
        settings.SHOP_ACCOUNT_ID, settings.SHOP_ACCOUNT_SECRET = "id", ""

        assert [each.id for each in check_account()] == ["orders.W001"]
