"""What people press on a card's page: block, replace, limit; staff issue, invite, move its day."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bank_grpc.domain.limits import LimitBelowUsedError
from bank_grpc.models import Card
from bank_grpc.pages import words
from bank_grpc.pages.access import card_page, staff_only
from bank_grpc.pages.cards import cards
from bank_grpc.pages.forms import ClosingDayForm, IssueForm, LimitForm
from bank_grpc.selectors_cards import is_staff
from bank_grpc.services import control, holders
from bank_grpc.services.cards import InvalidCardError, issue_card
from config.templatetags.site import money


@require_POST
@staff_only
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a card and show it, this once."""
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            made = issue_card(
                holder=form.cleaned_data["holder"],
                limit_cents=form.cleaned_data["limit"],
                actor=request.user.get_username(),
                now=timezone.now(),
                closing_day=form.cleaned_data["closing_day"],
            )
        except InvalidCardError:
            form.add_error("holder", _("Type 2 to 100 printable characters."))
        else:
            return _show_once(request, made, is_new=True)
    return cards(request, form)


@require_safe
@card_page
def sure(request: HttpRequest, card: Any) -> HttpResponse:
    """Ask before a card is replaced, and say what is lost."""
    return render(request, "bank/sure.html", {"card": card})


@require_POST
@card_page
def replace(request: HttpRequest, card: Any) -> HttpResponse:
    """Give the card a new number and show it, this once."""
    made = control.replace(request.user, card.id, now=timezone.now())
    return _show_once(request, made, is_new=False)


@require_POST
@card_page
def block(request: HttpRequest, card: Any) -> HttpResponse:
    """Refuse the card's payments from now on."""
    control.block(request.user, card.id, now=timezone.now())
    messages.success(request, _("The card is blocked. It pays nothing until it is unblocked."))
    return redirect("bank:statement", card_id=card.id)


@require_POST
@card_page
def unblock(request: HttpRequest, card: Any) -> HttpResponse:
    """Let the card pay again."""
    try:
        control.unblock(request.user, card.id, now=timezone.now())
    except control.NotYoursError:
        messages.error(request, _("The bank has blocked this card. Ask the bank to unblock it."))
    else:
        messages.success(request, _("The card pays again."))
    return redirect("bank:statement", card_id=card.id)


@require_POST
@card_page
def resume(request: HttpRequest, card: Any) -> HttpResponse:
    """End the pause that wrong codes have brought."""
    control.resume(request.user, card.id, now=timezone.now())
    messages.success(request, _("The card pays again. The next wrong code pauses it anew."))
    return redirect("bank:statement", card_id=card.id)


@require_POST
@card_page
def limit(request: HttpRequest, card: Any) -> HttpResponse:
    """Set the limit."""
    form = LimitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The limit stays. Type an amount such as 1500.00."))
        return redirect("bank:statement", card_id=card.id)
    wanted: int = form.cleaned_data["limit"]
    try:
        control.change_limit(request.user, card.id, wanted, now=timezone.now())
    except LimitBelowUsedError:
        used = {"used": money(card.balance_cents)}
        messages.error(request, _("The limit stays: %(used)s of it is used.") % used)
    except control.NotYoursError:
        messages.error(request, _("The limit stays: only the bank raises it."))
    else:
        messages.success(request, _("The limit is %(limit)s now.") % {"limit": money(wanted)})
    return redirect("bank:statement", card_id=card.id)


@require_POST
@card_page
def closing_day(request: HttpRequest, card: Any) -> HttpResponse:
    """Have the invoices close on another day, and say from which month on."""
    form = ClosingDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The closing day stays. Type a day from 1 to 28."))
        return redirect("bank:statement", card_id=card.id)
    wanted: int = form.cleaned_data["closing_day"]
    try:
        moved = control.change_closing_day(request.user, card.id, wanted, now=timezone.now())
    except control.NotYoursError:
        raise PermissionDenied from None
    messages.success(request, _told_of_day(moved))
    return redirect("bank:statement", card_id=card.id)


@require_POST
@card_page
def invite(request: HttpRequest, card: Any) -> HttpResponse:
    """Make an invitation for the holder and show its address, this once."""
    if not is_staff(request.user):
        raise PermissionDenied
    token = holders.invite(card.id, now=timezone.now())
    address = request.build_absolute_uri(reverse("bank:invitation", args=[token]))
    context = {"card": card, "address": address, "days": holders.VALID_FOR.days}
    return render(request, "bank/invited.html", context)


def _told_of_day(card: Card) -> str:
    day = {"day": card.closing_day}
    if not card.closing_day_since:
        return _("Invoices close on day %(day)s.") % day
    told = {**day, "month": words.month_name(card.closing_day_since)}
    return _("Invoices close on day %(day)s, beginning with %(month)s.") % told


def _show_once(request: HttpRequest, made: Any, *, is_new: bool) -> HttpResponse:
    # In the answer itself: a message would lie in the session or in a cookie.
    number = made.plastic.number
    groups = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    context = {"made": made, "number": groups, "is_new": is_new}
    answer = render(request, "bank/once.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
