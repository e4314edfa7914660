"""Staff and a holder at once: what staff have just done binds the holder."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.models import Card, CardStatus
from bank_grpc.services import cards, control, holders
from bank_grpc.services.authorise import authorise
from bank_grpc.services.control import NotYoursError
from bank_grpc.services.holders import InvitationGoneError
from bank_grpc.services.verify import hash_of, verify_card
from bank_grpc.tests.services.kit import NOW, SCOPE, charge, issued

pytestmark = pytest.mark.django_db(transaction=True)
_PATIENCE = 60


@pytest.fixture
def holder() -> User:
    """Give the holder of the one card, whose limit is 1,000.00."""
    user = User.objects.create_user("ana")
    Card.objects.filter(pk=issued().card_id).update(user=user)
    return user


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[list[object]]:
    """Let the holder do `work` while the block's transaction is open; give what came of it."""
    came: list[object] = []

    def call() -> None:
        try:
            came.append(work())
        except (NotYoursError, InvitationGoneError) as error:
            came.append(type(error))
        finally:
            connection.close()

    thread = threading.Thread(target=call)
    with transaction.atomic():
        yield came
        thread.start()
        # Time to look at the card as it was, and to stand before its lock.
        thread.join(0.5)
        assert came == []
    thread.join(_PATIENCE)


def test_a_holder_does_not_raise_the_limit_that_staff_have_just_lowered(holder: User) -> None:
    card_id = Card.objects.get().id

    with meanwhile(lambda: control.change_limit(holder, card_id, 30_000, now=NOW)) as came:
        cards.change_limit(card_id, 10_000, actor="staff", now=NOW)

    assert came == [NotYoursError]
    assert Card.objects.get().limit_cents == 10_000


def test_a_holder_does_not_lift_the_block_that_staff_have_just_set(holder: User) -> None:
    card_id = Card.objects.get().id
    control.block(holder, card_id, now=NOW)

    with meanwhile(lambda: control.unblock(holder, card_id, now=NOW)) as came:
        cards.block_card(card_id, actor="staff", now=NOW, takes_over=True)

    assert came == [NotYoursError]
    assert Card.objects.get().status == CardStatus.BLOCKED


def test_a_number_that_was_just_replaced_pays_no_more_by_its_token() -> None:
    card = issued()
    plastic = card.plastic
    typed = TypedCard(
        plastic.number, plastic.expiration_month, plastic.expiration_year, int(plastic.cvv)
    )
    made = verify_card(typed, scope=SCOPE, order_id="order", amount_cents=250, now=NOW)
    asked = charge(card, 250)._replace(
        card=None, fingerprint="", order_id="order", token_hash=hash_of(made.token)
    )

    with meanwhile(lambda: authorise(asked, now=NOW).refusal_code) as came:
        cards.replace_card(card.card_id, actor="staff", now=NOW)

    assert came == ["card_blocked"]
    assert Card.objects.get().balance_cents == 0


def test_an_invitation_that_staff_have_just_ended_gives_the_card_to_nobody(holder: User) -> None:
    card_id = Card.objects.get().id
    leaked = holders.invite(card_id, now=NOW)
    thief = User.objects.create_user("thief")

    with meanwhile(lambda: holders.add_card(leaked, thief, now=NOW)) as came:
        holders.invite(card_id, now=NOW)

    assert came == [InvitationGoneError]
    assert Card.objects.get().user == holder
