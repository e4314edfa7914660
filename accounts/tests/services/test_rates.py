import pytest
import time_machine
from pytest_django import Settings

from accounts.models import RateWindow
from accounts.services import rates
from accounts.tests.parallel import at_once


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.ACCOUNTS_RATE_LIMIT = 50
    settings.ACCOUNTS_RATE_SECONDS = 600
    settings.ACCOUNTS_RATE_SLICE = 1


@pytest.mark.django_db
class TestTake:
    def test_lets_the_limit_through_and_says_how_long_to_wait(self) -> None:
        answers = [rates.take("account") for _ in range(51)]

        assert answers[:50] == [None] * 50
        assert answers[50] is not None
        assert 590 < answers[50] <= 600

    def test_begins_anew_when_the_window_is_over(self) -> None:
        with time_machine.travel(0, tick=False) as clock:
            for _ in range(51):
                rates.take("account")
            clock.shift(600)

            answers = [rates.take("account") for _ in range(51)]

        assert answers.count(None) == 50

    def test_counts_each_account_by_itself(self) -> None:
        for _ in range(50):
            rates.take("account")

        assert rates.take("another") is None

    def test_counts_what_other_processes_took(self) -> None:
        for _ in range(30):
            rates.take("account")
        rates.forget()

        assert [rates.take("account") for _ in range(30)].count(None) == 20

    def test_refuses_without_asking_once_the_window_is_used_up(self) -> None:
        for _ in range(51):
            rates.take("account")
        RateWindow.objects.all().delete()

        assert rates.take("account") is not None


@pytest.mark.django_db
class TestSlices:
    def test_let_the_whole_limit_through_in_one_process(self, settings: Settings) -> None:
        settings.ACCOUNTS_RATE_SLICE = 20

        assert [rates.take("account") for _ in range(80)].count(None) == 50

    def test_never_let_more_through_over_processes(self, settings: Settings) -> None:
        settings.ACCOUNTS_RATE_SLICE = 20
        passed = 0

        for _ in range(10):
            passed += [rates.take("account") for _ in range(8)].count(None)
            rates.forget()

        assert passed <= 50

    def test_ask_the_database_less_where_it_is_hot(self, settings: Settings) -> None:
        settings.ACCOUNTS_RATE_SLICE = 20

        for _ in range(20):
            rates.take("account")

        assert RateWindow.objects.get().used > 20


@pytest.mark.django_db(transaction=True)
class TestInParallel:
    def test_exactly_the_limit_of_200_calls_pass(self) -> None:
        passed = at_once(lambda _: rates.take("account") is None, 200)

        assert sum(passed) == 50

    def test_never_more_pass_in_slices(self, settings: Settings) -> None:
        settings.ACCOUNTS_RATE_SLICE = 16

        passed = at_once(lambda _: rates.take("account") is None, 200)

        assert sum(passed) <= 50
