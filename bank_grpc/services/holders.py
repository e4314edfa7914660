"""Gives a card's holder a login: by an invitation that works once, for a while."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from bank_grpc.models import Card, HolderInvitation
from bank_grpc.services.requests import secret_hash

VALID_FOR: Final = timedelta(days=7)
_TOKEN_BYTES: Final = 32


class InvitationGoneError(Exception):
    """No such invitation, or it was used, or its time is over: which, is not said."""


class NameTakenError(Exception):
    """Somebody else has that user name."""


@transaction.atomic
def invite(card_id: str, *, now: datetime) -> str:
    """Return the token of a new invitation, shown this once; earlier ones of the card end.

    Raises Card.DoesNotExist.
    """
    card = Card.objects.select_for_update().get(pk=card_id)
    HolderInvitation.objects.filter(card=card, used_at=None, expires_at__gt=now).update(
        expires_at=now
    )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    HolderInvitation.objects.create(
        token_hash=_hash(token), card=card, created_at=now, expires_at=now + VALID_FOR
    )
    return token


def find(token: str, *, now: datetime) -> HolderInvitation:
    """Return the invitation while it can be used; raises InvitationGoneError."""
    live = HolderInvitation.objects.select_related("card").filter(used_at=None, expires_at__gt=now)
    found = live.filter(pk=_hash(token)).first()
    if found is None:
        raise InvitationGoneError
    return found


def accept(token: str, *, username: str, password: str, now: datetime) -> AbstractBaseUser:
    """Make the holder's user and give it the card; raises InvitationGoneError, NameTakenError."""
    try:
        with transaction.atomic():
            card = _spend(token, now)
            user: AbstractBaseUser = get_user_model().objects.create_user(
                username=username, password=password
            )
            _hand_over(card, user)
    except IntegrityError as error:
        raise NameTakenError from error
    return user


@transaction.atomic
def add_card(token: str, user: AbstractBaseUser, *, now: datetime) -> None:
    """Give the card to a holder who has a login already; raises InvitationGoneError."""
    _hand_over(_spend(token, now), user)


def _spend(token: str, now: datetime) -> Card:
    """Use the invitation up: of two who come at once, one is told that it is gone."""
    # The card first, as by whoever invites: that one may just be ending this invitation.
    Card.objects.select_for_update().get(pk=find(token, now=now).card_id)
    found = find(token, now=now)
    spent = HolderInvitation.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
    if not spent:
        raise InvitationGoneError
    return found.card


def _hand_over(card: Card, user: AbstractBaseUser) -> None:
    Card.objects.filter(pk=card.pk).update(user_id=user.pk)


def _hash(token: str) -> str:
    return secret_hash("invitation", token)
