"""Cards: issue, block, unblock, replace, change limit and closing day; each noted for the audit."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from bank_grpc.domain import plastic
from bank_grpc.domain.amounts import MOST_CENTS
from bank_grpc.domain.closing import CLOSING_DAYS, USUAL_CLOSING_DAY
from bank_grpc.domain.guessing import NO_GUESSES, Guesses
from bank_grpc.domain.limits import checked_limit
from bank_grpc.domain.plastic import Plastic
from bank_grpc.models import Card, CardChange, CardNumber, CardStatus
from bank_grpc.services.invoices import close_all
from cards import rules
from cards.installation import vault

_HOLDER_LETTERS: Final = range(2, 101)


class InvalidCardError(ValueError):
    """A holder or a limit that no card may have; `param` names which."""

    def __init__(self, param: str, message: str) -> None:
        """Say what is wrong with `param`."""
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card and its plastic, for the one moment in which it is shown."""

    card_id: str
    holder: str
    plastic: Plastic

    def as_dict(self) -> dict[str, str | int]:
        """Return the keys of `issue_card`, in clear: for the holder's eyes, never for a log."""
        return {
            "card_id": self.card_id,
            "holder": self.holder,
            "number": self.plastic.number,
            "expiration_month": self.plastic.expiration_month,
            "expiration_year": self.plastic.expiration_year,
            "cvv": self.plastic.cvv,
        }


@transaction.atomic
def issue_card(
    *,
    holder: str,
    limit_cents: int,
    actor: str,
    now: datetime,
    closing_day: int = USUAL_CLOSING_DAY,
) -> IssuedCard:
    """Make a card with its first number; raises InvalidCardError.

    `closing_day` is the day of the month on which its invoices close, until it is changed.
    """
    name = _checked_holder(holder)
    _check_closing_day(closing_day)
    if not 0 <= limit_cents <= MOST_CENTS:
        raise InvalidCardError("limit", "the limit must be between 0.00 and 10,000,000,000.00")
    card = Card.objects.create(
        id=str(uuid7()),
        holder=name,
        limit_cents=limit_cents,
        closing_day=closing_day,
        created_at=now,
    )
    _note(card, CardChange.Kind.ISSUED, actor, now, limit_after_cents=limit_cents)
    return IssuedCard(card.id, name, _give_number(card, now))


@transaction.atomic
def block_card(card_id: str, *, actor: str, now: datetime, takes_over: bool = False) -> Card:
    """Refuse the card's payments from now on; raises Card.DoesNotExist. Repeating is no change.

    Unless it `takes_over` the block of somebody else: then that one is noted as this actor's.
    """
    card = _set_status(card_id, CardStatus.BLOCKED, CardChange.Kind.BLOCKED, actor, now)
    if takes_over and blocked_by(card) != actor:
        _note(card, CardChange.Kind.BLOCKED, actor, now)
    return card


def blocked_by(card: Card) -> str | None:
    """Return who has set the card's last block, None where there never was one."""
    blocks = CardChange.objects.filter(card=card, kind=CardChange.Kind.BLOCKED)
    return blocks.order_by("-at", "-id").values_list("actor", flat=True).first()


@transaction.atomic
def unblock_card(card_id: str, *, actor: str, now: datetime) -> Card:
    """Let the card pay again; raises Card.DoesNotExist. Repeating is no change."""
    return _set_status(card_id, CardStatus.ACTIVE, CardChange.Kind.UNBLOCKED, actor, now)


@transaction.atomic
def replace_card(card_id: str, *, actor: str, now: datetime) -> IssuedCard:
    """Give the card a new number; the old one pays no more. Raises Card.DoesNotExist."""
    card = locked(card_id)
    CardNumber.objects.filter(card=card, replaced_at=None).update(replaced_at=now)
    # Nobody has guessed at the new one yet.
    _set_guesses(card, NO_GUESSES)
    _note(card, CardChange.Kind.REPLACED, actor, now)
    return IssuedCard(card.id, card.holder, _give_number(card, now))


@transaction.atomic
def lift_pause(card_id: str, *, actor: str, now: datetime) -> Card:
    """Let a card pay again that wrong codes have paused; raises Card.DoesNotExist.

    The next wrong code pauses it again, and a right one ends that. Where none is, no change.
    """
    card = locked(card_id)
    if card.guesses.is_paused(now):
        _set_guesses(card, card.guesses.lifted())
        _note(card, CardChange.Kind.RESUMED, actor, now)
    return card


@transaction.atomic
def change_limit(card_id: str, limit_cents: int, *, actor: str, now: datetime) -> Card:
    """Set the limit; raises LimitBelowUsedError, InvalidCardError and Card.DoesNotExist."""
    card = locked(card_id)
    if not 0 <= limit_cents <= MOST_CENTS:
        raise InvalidCardError("limit", "the limit must be between 0.00 and 10,000,000,000.00")
    before = card.limit_cents
    card.limit_cents = checked_limit(limit_cents, used_cents=card.balance_cents)
    card.save(update_fields=["limit_cents"])
    limits = {"limit_before_cents": before, "limit_after_cents": limit_cents}
    _note(card, CardChange.Kind.LIMIT, actor, now, **limits)
    return card


def change_closing_day(card_id: str, closing_day: int, *, actor: str, now: datetime) -> Card:
    """Have the card's invoices close on another day; raises InvalidCardError, Card.DoesNotExist.

    It begins with the month that `ClosingDays.changed` says; what is over is closed before, on the
    day that it had. The day that is chosen already is no change.
    """
    _check_closing_day(closing_day)
    # In transactions of its own, as housekeeping does it: each closed month is closed for good.
    close_all(Card.objects.get(pk=card_id), now)
    return _move_closing_day(card_id, closing_day, actor, now)


@transaction.atomic
def _move_closing_day(card_id: str, closing_day: int, actor: str, now: datetime) -> Card:
    card = locked(card_id)
    before = card.closing_day
    if before != closing_day:
        moved = card.closing.changed(closing_day, now)
        card.closing_day, card.closing_day_before = moved.day, moved.before
        card.closing_day_since = str(moved.since)
        card.save(update_fields=["closing_day", "closing_day_before", "closing_day_since"])
        days = {"closing_day_before": before, "closing_day_after": closing_day}
        _note(card, CardChange.Kind.CLOSING, actor, now, **days)
    return card


def locked(card_id: str) -> Card:
    """Return the card, locked until the transaction ends; raises Card.DoesNotExist."""
    cards: QuerySet[Card] = Card.objects.select_for_update()
    return cards.get(pk=card_id)


def _set_guesses(card: Card, guesses: Guesses) -> None:
    card.wrong_codes, card.wrong_code_at = guesses.wrong, guesses.last_at
    card.save(update_fields=["wrong_codes", "wrong_code_at"])


def _set_status(
    card_id: str, status: CardStatus, kind: CardChange.Kind, actor: str, now: datetime
) -> Card:
    card = locked(card_id)
    if card.status != status:
        card.status = status
        card.save(update_fields=["status"])
        _note(card, kind, actor, now)
    return card


def _give_number(card: Card, now: datetime) -> Plastic:
    made, fingerprint = _unused_plastic(now)
    CardNumber.objects.create(
        fingerprint=fingerprint,
        card=card,
        sealed=vault().seal(made.number, context=card.id),
        brand=rules.brand_of(made.number) or "",
        last4=rules.last4(made.number),
        expiration_month=made.expiration_month,
        expiration_year=made.expiration_year,
        issued_at=now,
    )
    return made


def _unused_plastic(now: datetime) -> tuple[Plastic, str]:
    """Draw until the number is nobody's: among 30,000 cards two would be alike, as birthdays are.

    The primary key stands behind it for two draws at the same moment.
    """
    while True:
        made = plastic.issue(settings.BANK_KEY, rules.day_in_brazil(now), secrets.randbelow)
        fingerprint = vault().fingerprint(made.number)
        if not CardNumber.objects.filter(pk=fingerprint).exists():
            return made, fingerprint


def _note(
    card: Card,
    kind: CardChange.Kind,
    actor: str,
    now: datetime,
    **figures: int,
) -> None:
    CardChange.objects.create(card=card, kind=kind, actor=actor, at=now, **figures)


def _check_closing_day(closing_day: int) -> None:
    if closing_day not in CLOSING_DAYS:
        raise InvalidCardError("closing_day", "the closing day must be from 1 to 28")


def _checked_holder(holder: str) -> str:
    name = " ".join(holder.split())
    if len(name) not in _HOLDER_LETTERS or not name.isprintable():
        raise InvalidCardError("holder", "the holder must have 2 to 100 printable characters")
    return name
