from pytest_django import Settings

from accounts.checks import peppers_fit

GOOD = "p" * 32


class TestPeppersFit:
    def test_finds_nothing_where_they_do(self, settings: Settings) -> None:
        settings.ACCOUNTS_SECRET_PEPPERS = {"a": GOOD, "b": GOOD}
        settings.ACCOUNTS_CURRENT_PEPPER = "b"

        assert peppers_fit() == []

    def test_finds_a_current_one_that_is_unknown(self, settings: Settings) -> None:
        settings.ACCOUNTS_SECRET_PEPPERS = {"a": GOOD}
        settings.ACCOUNTS_CURRENT_PEPPER = "b"

        assert [error.id for error in peppers_fit()] == ["accounts.E001"]

    def test_finds_one_that_is_too_short_without_telling_it(self, settings: Settings) -> None:
        settings.ACCOUNTS_SECRET_PEPPERS = {"a": "secret"}
        settings.ACCOUNTS_CURRENT_PEPPER = "a"

        (error,) = peppers_fit()

        assert error.id == "accounts.E002"
        assert "secret" not in error.msg
