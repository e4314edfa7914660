import pytest
from django.contrib.auth.models import AnonymousUser, User

from accounts import services
from accounts.selectors import visible_accounts


@pytest.mark.django_db
class TestVisibleAccounts:
    def test_are_all_for_staff(self) -> None:
        assert visible_accounts(User.objects.create_user("staff", is_staff=True)) is None

    def test_are_only_those_that_a_person_is_tied_to(self) -> None:
        mine, _ = services.create_account("Padaria")
        services.create_account("Farmácia")
        person = User.objects.create_user("ana")

        services.tie_user(person, mine.id)
        services.tie_user(person, mine.id)

        assert visible_accounts(person) == frozenset({mine.id})

    def test_are_none_after_the_tie_is_undone(self) -> None:
        mine, _ = services.create_account("Padaria")
        person = User.objects.create_user("ana")
        services.tie_user(person, mine.id)

        services.untie_user(person, mine.id)

        assert visible_accounts(person) == frozenset()

    def test_are_none_for_somebody_who_is_not_logged_in(self) -> None:
        assert visible_accounts(AnonymousUser()) == frozenset()

    def test_are_none_for_staff_that_left(self) -> None:
        left = User.objects.create_user("left", is_staff=True, is_active=False)

        assert visible_accounts(left) == frozenset()
