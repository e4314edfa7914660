"""What people press while they pick: take, scan, found, short, done, dispatch, put back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from messaging.whole import TryAgainError
from orders import selectors_staff
from orders.domain.picking import ShortReason
from orders.models import PickList
from orders.pages import picking_words
from orders.pages.picking import show
from orders.pages.picking_access import actor_of, list_page
from orders.services import picking
from orders.services.pick_lists import PickingError
from orders.templatetags.shop import article

_SCRIPT_HEADER = "X-Scan"
_NOT_DONE = (PickingError, TryAgainError)


@require_POST
@list_page
def claim(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Take the list."""
    actor, now = actor_of(request), timezone.now()
    return _step(request, mine, lambda: picking.claim(mine.order_id, actor=actor, now=now))


@require_POST
@list_page
def release(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Let go of the list, and go back to the others."""
    try:
        picking.release(mine.order_id, actor=actor_of(request))
    except _NOT_DONE as error:
        messages.error(request, picking_words.refusal(error))
        return redirect("orders:pick-list", order_id=mine.order_id)
    messages.success(request, _("The list waits for somebody else. What was found stays noted."))
    return redirect("orders:pick-lists")


@require_http_methods(["GET", "HEAD", "POST"])
@list_page
def scan(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Put the unit with this code into the box, and say at once what it was."""
    if request.method != "POST":
        return redirect("orders:pick-list", order_id=mine.order_id)
    is_script, code = _SCRIPT_HEADER in request.headers, request.POST.get("code", "")[:64]
    try:
        told = picking.scan(
            mine.order_id,
            code,
            key=request.POST.get("key", "")[:36],
            actor=actor_of(request),
            now=timezone.now(),
        )
    except _NOT_DONE as error:
        messages.error(request, picking_words.refusal(error))
        # The script opens the page anew, which says why.
        return HttpResponse(status=409) if is_script else _back(mine)
    said = picking_words.scanned(told, code, _name(mine, told.line.sku) if told.line else "")
    return show(request, selectors_staff.pick_list(mine.order_id), said, part=is_script)


@require_POST
@list_page
def found(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Note how many of an article lie in the box."""
    actor, now = actor_of(request), timezone.now()
    sku, quantity = request.POST.get("sku", ""), _number(request.POST.get("quantity", ""))
    return _step(
        request, mine, lambda: picking.found(mine.order_id, sku, quantity, actor=actor, now=now)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@list_page
def short(request: HttpRequest, mine: PickList, sku: str) -> HttpResponse:
    """Ask how many are there and why not all, say what that gives back; then note it."""
    lines = selectors_staff.lines_of(mine.order_id)
    if not any(line.sku == sku and line.picked for line in lines):
        raise Http404
    if request.method == "POST":
        return _short(request, mine, sku)
    context = {
        "list": mine,
        "sku": sku,
        "name": _name(mine, sku),
        "choices": picking_words.choices_of(mine.order.total_cents, lines, sku),
        "in_box": next(line.found for line in lines if line.sku == sku),
        "reasons": picking_words.reasons().items(),
    }
    return render(request, "orders/warehouse/short.html", context)


@require_POST
@list_page
def done(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Note that the box is packed."""
    actor, now = actor_of(request), timezone.now()
    text = _("The box is packed. Its customer knows.")
    return _step(request, mine, lambda: picking.done(mine.order_id, actor=actor, now=now), text)


@require_POST
@list_page
def dispatch(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Note that the box has left."""
    actor, now = actor_of(request), timezone.now()
    return _step(
        request,
        mine,
        lambda: picking.dispatched(mine.order_id, actor=actor, now=now),
        _("Sent off. Nothing is left to do for this order."),
    )


@require_POST
@list_page
def put_back(request: HttpRequest, mine: PickList) -> HttpResponse:
    """Note that a withdrawn list's goods lie on their shelves again."""
    actor, now = actor_of(request), timezone.now()
    return _step(
        request,
        mine,
        lambda: picking.goods_are_back(mine.order_id, actor=actor, now=now),
        _("The goods are back on their shelves."),
    )


def _short(request: HttpRequest, mine: PickList, sku: str) -> HttpResponse:
    why = request.POST.get("reason", "")
    if why not in set(ShortReason):
        messages.error(request, _("Say why they are missing."))
        return redirect("orders:pick-short", order_id=mine.order_id, sku=sku)
    try:
        came = picking.short(
            mine.order_id,
            {sku: _number(request.POST.get("picked", ""))},
            reason=ShortReason(why),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except _NOT_DONE as error:
        messages.error(request, picking_words.refusal(error))
    else:
        messages.success(request, picking_words.shortened(came))
    return _back(mine)


def _step(
    request: HttpRequest, mine: PickList, work: Callable[[], Any], text: str = ""
) -> HttpResponse:
    """Do a step and go back to the list, which then says what it came to, or why not."""
    try:
        work()
    except _NOT_DONE as error:
        messages.error(request, picking_words.refusal(error))
    else:
        if text:
            messages.success(request, text)
    return _back(mine)


def _back(mine: PickList) -> HttpResponse:
    return redirect("orders:pick-list", order_id=mine.order_id)


def _name(mine: PickList, sku: str) -> str:
    return article(selectors_staff.reports_of(mine.order_id)[sku].product)


def _number(text: str) -> int:
    """Return the number that was sent; what is none is a quantity that no list holds."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else -1  # noqa: PLR2004 - digits that fit any quantity
