"""A card's refused purchases: each with its reason in words and numbers, searched, and as CSV."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bank_grpc import selectors_refused
from bank_grpc.downloads import download_rows
from bank_grpc.pages import words
from bank_grpc.pages.access import card_page
from bank_grpc.pages.card import frame_of
from bank_grpc.presenter_refusals import explain, titles
from bank_grpc.selectors_refused import EVERYTHING, WantedRefusals
from bank_grpc.services.exports.csv_file import amount
from config.templatetags.site import money

_LONGEST: Final = 120
_COLUMNS: Final = (
    *("id", "refused_at", "store", "description", "amount"),
    *("reason", "why", "limit", "available"),
)


@require_safe
@card_page
def refused(request: HttpRequest, card: Any) -> HttpResponse:
    """Show what was refused, newest first; the filters stand in the address."""
    wanted = _wanted(request)
    page = selectors_refused.refused_of(card.id, wanted, cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [{"payment": each, "why": explain(each, money)} for each in page.data],
        "count": selectors_refused.refusals_of(card.id, wanted).count(),
        "wanted": wanted,
        "reasons": titles(),
        "is_narrowed": wanted != EVERYTHING,
        "tab": "refused",
    }
    return render(request, "bank/refused.html", {**frame_of(request, card), **context})


@require_safe
@card_page
def refused_file(request: HttpRequest, card: Any) -> HttpResponseBase:
    """Give what was refused as CSV, narrowed as the page is."""
    found = selectors_refused.refusals_of(card.id, _wanted(request))
    return download_rows("refused", _COLUMNS, _rows(found))


def _rows(found: Any) -> Iterator[tuple[str, ...]]:
    for each in found.iterator():
        why = explain(each, money)
        yield (
            each.id,
            words.utc(each.created_at),
            each.store,
            each.description,
            amount(each.amount_cents),
            each.refusal_code,
            why.text,
            "" if why.limit_cents is None else amount(why.limit_cents),
            "" if why.available_cents is None else amount(why.available_cents),
        )


def _wanted(request: HttpRequest) -> WantedRefusals:
    """Return what the address asks for; a reason that is none restricts nothing."""
    reason = request.GET.get("reason", "")
    return WantedRefusals(
        search=request.GET.get("q", "")[:_LONGEST].strip(),
        reason=reason if reason in dict(titles()) else "",
    )
