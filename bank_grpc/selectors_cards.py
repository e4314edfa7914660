"""Which cards a person may see, and how they stand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from bank_grpc.domain.guessing import PAUSE, WRONG_IN_A_ROW
from bank_grpc.models import Card, CardNumber, CardStatus

Person = AbstractBaseUser | AnonymousUser


def is_staff(user: Person) -> bool:
    """Tell whether the person sees every card."""
    return bool(user.is_active and getattr(user, "is_staff", False))


def holds_card(user: Person) -> bool:
    """Tell whether the person holds a card here."""
    return user.is_authenticated and Card.objects.filter(user_id=user.pk).exists()


class CardState(StrEnum):
    """How a card stands, as lists of cards are narrowed by it."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"


class CardOrder(StrEnum):
    """The orders that a list of cards may have."""

    NEWEST = "newest"
    HOLDER = "holder"
    USED = "used"
    AVAILABLE = "available"
    LIMIT = "limit"


_ORDERS: Final[dict[CardOrder, tuple[str, ...]]] = {
    CardOrder.NEWEST: ("-created_at", "-id"),
    CardOrder.HOLDER: ("holder", "id"),
    CardOrder.USED: ("-balance_cents", "-id"),
    CardOrder.AVAILABLE: ("available_cents", "id"),
    CardOrder.LIMIT: ("-limit_cents", "-id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCards:
    """Which cards, in which order; empty values restrict nothing.

    `search` is a part of the holder's name or the number's last four digits.
    """

    search: str = ""
    state: CardState | None = None
    order: CardOrder = CardOrder.NEWEST


EVERY_CARD: Final = WantedCards()


def cards_of(
    user: Person, wanted: WantedCards = EVERY_CARD, *, now: datetime | None = None
) -> QuerySet[Card]:
    """Return the cards that the person may see, each with what its number shows.

    `last4`, `brand`, `expiration_month` and `expiration_year` are the current number's;
    `available_cents` is what may be spent, and `is_paused` tells of wrong codes up to `now`.
    """
    current = CardNumber.objects.filter(card=OuterRef("pk"), replaced_at=None)
    shown: Any = {
        name: Subquery(current.values(name)[:1])
        for name in ("last4", "brand", "expiration_month", "expiration_year")
    }
    paused = Q(wrong_codes__gte=WRONG_IN_A_ROW, wrong_code_at__gt=(now or timezone.now()) - PAUSE)
    cards = Card.objects.annotate(
        **shown,
        available_cents=F("limit_cents") - F("balance_cents"),
        is_paused=Case(When(paused, then=True), default=False),
    ).order_by(*_ORDERS[wanted.order])
    if not is_staff(user):
        cards = cards.filter(user_id=user.pk) if user.pk else cards.none()
    if wanted.search:
        cards = cards.filter(Q(holder__icontains=wanted.search) | Q(last4=wanted.search))
    if wanted.state is CardState.BLOCKED:
        return cards.filter(status=CardStatus.BLOCKED)
    if wanted.state is not None:
        # A blocked card that is paused too is told as blocked.
        is_in_state = paused if wanted.state is CardState.PAUSED else ~paused
        return cards.filter(is_in_state, status=CardStatus.ACTIVE)
    return cards


def card_of(user: Person, card_id: str) -> Any:
    """Return the card with what its number shows; raises Card.DoesNotExist for another's."""
    return cards_of(user).get(pk=card_id)
