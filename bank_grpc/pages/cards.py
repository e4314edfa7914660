"""`/bank/`: the cards that a person may see; staff search, narrow and sort them, and take a CSV."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, TypeVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bank_grpc.downloads import download_rows
from bank_grpc.pages import words
from bank_grpc.pages.access import staff_only
from bank_grpc.pages.forms import IssueForm
from bank_grpc.selectors_cards import (
    CardOrder,
    CardState,
    WantedCards,
    cards_of,
    is_staff,
)
from bank_grpc.services.exports.csv_file import amount

E = TypeVar("E", bound=StrEnum)
_PAGE_CARDS: Final = 50
_LONGEST: Final = 100
_COLUMNS: Final = (
    *("id", "holder", "last4", "brand", "state"),
    *("limit", "used", "available", "created_at"),
)


def cards(request: HttpRequest, form: IssueForm | None = None) -> HttpResponse:
    """List the cards that the person may see; who holds one goes straight to it."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('login')}?next={reverse('bank:cards')}")
    staff = is_staff(request.user)
    # Only staff have so many cards that they must be searched.
    wanted = _wanted(request) if staff else WantedCards()
    found = cards_of(request.user, wanted, now=timezone.now())
    held = [] if staff else list(found[:2])
    if len(held) == 1:
        return redirect("bank:statement", card_id=held[0].id)
    page = Paginator(found, _PAGE_CARDS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "is_narrowed": bool(wanted.search or wanted.state),
        "states": [("", _("All")), *((each.value, _state(each)) for each in CardState)],
        "orders": [(each.value, _order(each)) for each in CardOrder],
        "is_staff": staff,
        "form": form or IssueForm(),
        "count": page.paginator.count,
    }
    answer = render(request, "bank/cards.html", context, status=422 if form else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@staff_only
def cards_file(request: HttpRequest) -> HttpResponseBase:
    """Give the cards as CSV, narrowed and sorted as the page is."""
    found = cards_of(request.user, _wanted(request), now=timezone.now())
    return download_rows("cards", _COLUMNS, _rows(found))


def _rows(found: Any) -> Iterator[tuple[str, ...]]:
    for card in found.iterator():
        yield (
            card.id,
            card.holder,
            card.last4 or "",
            card.brand or "",
            "paused" if card.is_paused and card.status == "active" else card.status,
            amount(card.limit_cents),
            amount(card.balance_cents),
            amount(card.available_cents),
            words.utc(card.created_at),
        )


def _wanted(request: HttpRequest) -> WantedCards:
    """Return what the address asks for; a word that is none of ours restricts nothing."""
    query = request.GET
    return WantedCards(
        search=query.get("q", "")[:_LONGEST].strip(),
        state=_one_of(CardState, query.get("state", "")),
        order=_one_of(CardOrder, query.get("sort", "")) or CardOrder.NEWEST,
    )


def _one_of(kind: type[E], text: str) -> E | None:
    return kind(text) if text in set(kind) else None


def _state(state: CardState) -> str:
    return {
        CardState.ACTIVE: _("Active"),
        CardState.PAUSED: _("Paused"),
        CardState.BLOCKED: _("Blocked"),
    }[state]


def _order(order: CardOrder) -> str:
    return {
        CardOrder.NEWEST: pgettext("cards", "Newest first"),
        CardOrder.HOLDER: _("Holder, A to Z"),
        CardOrder.USED: _("Most used first"),
        CardOrder.AVAILABLE: _("Least available first"),
        CardOrder.LIMIT: _("Highest limit first"),
    }[order]
