"""An invitation makes one login, once, for a while; of its token a keyed hash is kept."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from bank_grpc.models import Card, HolderInvitation
from bank_grpc.services import holders
from bank_grpc.tests.services.kit import NOW, issued

pytestmark = pytest.mark.django_db


def accept(token: str, name: str = "ana", *, later: timedelta = timedelta()) -> None:
    holders.accept(token, username=name, password="a long word", now=NOW + later)


class TestInvitation:
    def test_gives_the_card_to_a_new_login(self) -> None:
        card = issued()

        accept(holders.invite(card.card_id, now=NOW))

        user = User.objects.get()
        assert Card.objects.get().user == user
        assert user.check_password("a long word")
        assert not user.is_staff

    def test_works_once(self) -> None:
        token = holders.invite(issued().card_id, now=NOW)
        accept(token)

        with pytest.raises(holders.InvitationGoneError):
            accept(token, "bruno")
        assert User.objects.count() == 1

    def test_ends_by_itself_and_with_the_next_one(self) -> None:
        card = issued()
        first = holders.invite(card.card_id, now=NOW)
        second = holders.invite(card.card_id, now=NOW)

        with pytest.raises(holders.InvitationGoneError):
            accept(first)
        with pytest.raises(holders.InvitationGoneError):
            accept(second, later=holders.VALID_FOR)
        accept(second, later=holders.VALID_FOR - timedelta(seconds=1))

    def test_a_taken_name_leaves_it_unused(self) -> None:
        token = holders.invite(issued().card_id, now=NOW)
        User.objects.create_user("ana", password="x")

        with pytest.raises(holders.NameTakenError):
            accept(token)
        accept(token, "ana.souza")

    def test_adds_a_card_to_a_login(self) -> None:
        accept(holders.invite(issued().card_id, now=NOW))
        token = holders.invite(issued().card_id, now=NOW)

        holders.add_card(token, User.objects.get(), now=NOW)

        assert Card.objects.filter(user__username="ana").count() == 2

    def test_keeps_no_token(self) -> None:
        token = holders.invite(issued().card_id, now=NOW)

        assert token not in repr(list(HolderInvitation.objects.values()))
