"""What people do to cards: staff anything, a holder what cannot harm the bank.

What a holder may do depends on the card, so it is locked before it is looked at.
"""

from datetime import datetime

from django.db import transaction

from bank_grpc.models import Card, CardStatus
from bank_grpc.selectors_cards import Person, card_of, is_staff
from bank_grpc.services import cards


class NotYoursError(Exception):
    """A holder wants what staff alone may do."""


def block(user: Person, card_id: str, *, now: datetime) -> Card:
    """Block a card; raises Card.DoesNotExist where it is not this person's.

    A holder's own block becomes the bank's where staff block the card once more.
    """
    card, actor = card_of(user, card_id), user.get_username()
    return cards.block_card(card.id, actor=actor, now=now, takes_over=is_staff(user))


def is_holders_block(card: Card) -> bool:
    """Tell whether the card's holder has blocked it, and can take that back."""
    return (
        card.status == CardStatus.BLOCKED
        and card.user is not None
        and _is_own_block(card.user, card)
    )


@transaction.atomic
def unblock(user: Person, card_id: str, *, now: datetime) -> Card:
    """Let the card pay again; raises Card.DoesNotExist and NotYoursError.

    A holder takes back the own block, never one that staff have set.
    """
    card = cards.locked(card_of(user, card_id).id)
    if not is_staff(user) and not _is_own_block(user, card):
        raise NotYoursError
    return cards.unblock_card(card.id, actor=user.get_username(), now=now)


def resume(user: Person, card_id: str, *, now: datetime) -> Card:
    """End the pause that wrong codes have brought; raises Card.DoesNotExist.

    A holder may: with every lift whoever guesses gets one guess more, and the holder is told.
    """
    return cards.lift_pause(card_of(user, card_id).id, actor=user.get_username(), now=now)


def replace(user: Person, card_id: str, *, now: datetime) -> cards.IssuedCard:
    """Give the card a new number, which is shown this once; raises Card.DoesNotExist."""
    return cards.replace_card(card_of(user, card_id).id, actor=user.get_username(), now=now)


@transaction.atomic
def change_limit(user: Person, card_id: str, limit_cents: int, *, now: datetime) -> Card:
    """Set the limit; a holder may only lower it.

    Raises Card.DoesNotExist, NotYoursError, LimitBelowUsedError and InvalidCardError.
    """
    card = cards.locked(card_of(user, card_id).id)
    if not is_staff(user) and limit_cents > card.limit_cents:
        raise NotYoursError
    return cards.change_limit(card.id, limit_cents, actor=user.get_username(), now=now)


def change_closing_day(user: Person, card_id: str, closing_day: int, *, now: datetime) -> Card:
    """Have the invoices close on another day; staff alone.

    Raises Card.DoesNotExist, NotYoursError and InvalidCardError.
    """
    card = card_of(user, card_id)
    if not is_staff(user):
        raise NotYoursError
    return cards.change_closing_day(card.id, closing_day, actor=user.get_username(), now=now)


def _is_own_block(user: Person, card: Card) -> bool:
    return cards.blocked_by(card) in (None, user.get_username())
