"""`/cards`: issue, list, block, unblock, replace, change limit and closing day."""

from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

import rest
from bank_grpc import selectors_cards
from bank_grpc.api import base, docs
from bank_grpc.models import Card
from bank_grpc.services import cards, control


class _NewCard(msgspec.Struct, forbid_unknown_fields=True):
    holder: str
    limit: str | float | int


class _NewLimit(msgspec.Struct, forbid_unknown_fields=True):
    limit: str | float | int


class _NewClosingDay(msgspec.Struct, forbid_unknown_fields=True):
    closing_day: int


class Cards(base.PersonalOperation):
    """The cards that a person may see."""

    @docs.LIST_CARDS
    def get(self, request: Request) -> HttpResponse:
        """List the cards that you may see, newest first: staff all, a holder the own ones."""
        page = base.page_of(
            selectors_cards.cards_of(request.user), request.query_params.get("cursor", "")
        )
        return rest.json_answer({**page, "data": [shown(each) for each in page["data"]]})

    @docs.ISSUE_CARD
    def post(self, request: Request) -> HttpResponse:
        """Issue a card; its number and CVV are in this answer and in no other."""
        if not selectors_cards.is_staff(request.user):
            raise control.NotYoursError
        posted = rest.read(request.data, _NewCard)
        issued = cards.issue_card(
            holder=posted.holder,
            limit_cents=base.cents(posted.limit, "limit", "limit"),
            actor=request.user.get_username(),
            now=timezone.now(),
        )
        return rest.json_answer(issued.as_dict(), status=201)


class BlockCard(base.PersonalOperation):
    """Blocking."""

    @docs.BLOCK_CARD
    def post(self, request: Request, card_id: str) -> HttpResponse:
        """Refuse the card's payments from now on; repeating changes nothing."""
        control.block(request.user, card_id, now=timezone.now())
        return _shown(request, card_id)


class UnblockCard(base.PersonalOperation):
    """Unblocking."""

    @docs.UNBLOCK_CARD
    def post(self, request: Request, card_id: str) -> HttpResponse:
        """Let the card pay again; a holder takes back the own block only."""
        control.unblock(request.user, card_id, now=timezone.now())
        return _shown(request, card_id)


class ReplaceCard(base.PersonalOperation):
    """Replacing."""

    @docs.REPLACE_CARD
    def post(self, request: Request, card_id: str) -> HttpResponse:
        """Give the card a new number, shown in this answer alone; the old one pays no more."""
        issued = control.replace(request.user, card_id, now=timezone.now())
        return rest.json_answer(issued.as_dict(), status=201)


class ChangeLimit(base.PersonalOperation):
    """The limit."""

    @docs.CHANGE_LIMIT
    def post(self, request: Request, card_id: str) -> HttpResponse:
        """Set the limit; a holder may only lower it, nobody below what is used."""
        posted = rest.read(request.data, _NewLimit)
        limit_cents = base.cents(posted.limit, "limit", "limit")
        control.change_limit(request.user, card_id, limit_cents, now=timezone.now())
        return _shown(request, card_id)


class ChangeClosingDay(base.PersonalOperation):
    """The closing day."""

    @docs.CHANGE_CLOSING_DAY
    def post(self, request: Request, card_id: str) -> HttpResponse:
        """Have the invoices close on another day; the answer says from which month on. Staff."""
        posted = rest.read(request.data, _NewClosingDay)
        now = timezone.now()
        card = control.change_closing_day(request.user, card_id, posted.closing_day, now=now)
        return rest.json_answer(
            {"id": card.id, "closing_day": card.closing_day, "since": card.closing_day_since}
        )


def shown(card: Any) -> dict[str, Any]:
    """Return a card as lists and answers show it."""
    return {
        "id": card.id,
        "holder": card.holder,
        "last4": card.last4,
        "status": card.status,
        "limit": base.amount(card.limit_cents),
        "used": base.amount(card.balance_cents),
        "available": base.amount(card.limit_cents - card.balance_cents),
    }


def _shown(request: Request, card_id: str) -> HttpResponse:
    card: Card = selectors_cards.card_of(request.user, card_id)
    return rest.json_answer(shown(card))
