"""Which cards a person may see, and how they stand."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery

from bank_grpc.models import Card, CardNumber

Person = AbstractBaseUser | AnonymousUser


def is_staff(user: Person) -> bool:
    """Tell whether the person sees every card."""
    return bool(user.is_active and getattr(user, "is_staff", False))


def holds_card(user: Person) -> bool:
    """Tell whether the person holds a card here."""
    return user.is_authenticated and Card.objects.filter(user_id=user.pk).exists()


def cards_of(user: Person, *, search: str = "") -> QuerySet[Card]:
    """Return the cards that the person may see, newest first, each with what its number shows.

    `last4`, `brand`, `expiration_month` and `expiration_year` are the current number's. `search`
    is a part of the holder's name or the number's last four digits.
    """
    current = CardNumber.objects.filter(card=OuterRef("pk"), replaced_at=None)
    shown: Any = {
        name: Subquery(current.values(name)[:1])
        for name in ("last4", "brand", "expiration_month", "expiration_year")
    }
    cards = Card.objects.annotate(**shown).order_by("-created_at", "-id")
    if not is_staff(user):
        cards = cards.filter(user_id=user.pk) if user.pk else cards.none()
    if search:
        cards = cards.filter(Q(holder__icontains=search) | Q(last4=search))
    return cards


def card_of(user: Person, card_id: str) -> Any:
    """Return the card with what its number shows; raises Card.DoesNotExist for another's."""
    return cards_of(user).get(pk=card_id)
