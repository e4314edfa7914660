from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Lockout
from accounts.services import lockouts
from accounts.services.lockouts import LockedError
from accounts.tests.parallel import at_once
from messaging.housekeeping import trimmers

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
HERE, THERE = "198.51.100.7", "203.0.113.1"


def fail(times: int, address: str = HERE, now: datetime = NOW) -> int:
    """Count failures; return how many were counted before a lock refused the rest."""
    for counted in range(times):
        try:
            lockouts.count_failure("account", address, now)
        except LockedError:
            return counted
    return times


def is_locked(address: str, now: datetime = NOW) -> bool:
    try:
        lockouts.refuse_if_locked("account", address, now)
    except LockedError:
        return True
    return False


@pytest.mark.django_db
class TestOneAddress:
    def test_is_open_after_nine(self) -> None:
        fail(9)

        assert not is_locked(HERE)

    def test_is_locked_after_ten_for_half_an_hour(self) -> None:
        fail(10)

        assert is_locked(HERE, NOW + HALF_AN_HOUR - timedelta(seconds=1))
        assert not is_locked(HERE, NOW + HALF_AN_HOUR)

    def test_leaves_other_addresses_and_accounts_alone(self) -> None:
        fail(10)

        assert not is_locked(THERE)
        lockouts.refuse_if_locked("another", HERE, NOW)

    def test_counts_ten_again_after_the_lock(self) -> None:
        fail(10)

        assert fail(11, now=NOW + HALF_AN_HOUR) == 10

    def test_forgets_what_is_older_than_the_window(self) -> None:
        fail(9)

        fail(9, now=NOW + HALF_AN_HOUR)

        assert not is_locked(HERE, NOW + HALF_AN_HOUR)

    def test_cannot_lock_the_whole_account_by_itself(self) -> None:
        fail(10)
        for _ in range(200):
            fail(1)

        assert not is_locked(THERE)


@pytest.mark.django_db
class TestAllAddresses:
    def test_lock_the_account_after_a_hundred(self) -> None:
        for last in range(11):
            fail(9, f"203.0.113.{last}")
        assert not is_locked(HERE)

        fail(1)

        assert is_locked(HERE)
        assert is_locked("192.0.2.1", NOW + HALF_AN_HOUR - timedelta(seconds=1))
        assert not is_locked("192.0.2.1", NOW + HALF_AN_HOUR)


@pytest.mark.django_db(transaction=True)
class TestInParallel:
    def test_two_hundred_guesses_from_one_address_get_ten_tries(self) -> None:
        counted = at_once(lambda _: fail(1), 200)

        assert sum(counted) == 10
        assert is_locked(HERE)
        assert not is_locked(THERE)

    def test_guesses_from_everywhere_get_a_hundred_tries(self) -> None:
        counted = at_once(lambda number: fail(1, f"203.0.113.{number}"), 200)

        assert sum(counted) == 100
        assert is_locked(HERE)


@pytest.mark.django_db
class TestLift:
    def test_opens_the_account(self) -> None:
        fail(10)

        lockouts.lift("account")

        assert not is_locked(HERE)


@pytest.mark.django_db
class TestHousekeeping:
    def test_trims_what_is_over_and_keeps_what_counts_or_locks(self) -> None:
        fail(3)
        fail(10, THERE, NOW + HALF_AN_HOUR)
        (trimmer,) = (each for each in trimmers() if each.model is Lockout)

        trimmer.trim(NOW + 2 * HALF_AN_HOUR + timedelta(seconds=1))

        assert set(Lockout.objects.values_list("address", flat=True)) == {THERE, "*"}
