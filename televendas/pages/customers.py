"""The list of customers and its sheet."""

from datetime import datetime
from functools import partial
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from televendas import presenter, selectors, selectors_list
from televendas.domain.listing import Show, Wanted
from televendas.live.address import websocket_url
from televendas.pages import justin
from televendas.pages.access import agents_only
from televendas.pages.day import day_of
from televendas.pages.forms import ReasonForm
from televendas.selectors_list import Count, Page
from televendas.services import audit
from televendas.services.export import MOST_ROWS, export


@require_safe
@agents_only
def customers(request: HttpRequest) -> HttpResponseBase:
    """Show a page of customers; that it was read, and who was in it, is in the audit."""
    socket = websocket_url(request)
    return csp_update({"connect-src": [socket]})(partial(_customers, socket=socket))(request)


def _customers(request: HttpRequest, socket: str) -> HttpResponse:
    actor, now, wanted = audit.actor_of(request.user), timezone.now(), Wanted.of(request.GET)
    agent_id = actor.agent_id
    page = selectors_list.page_of(
        wanted,
        agent_id=agent_id,
        now=now,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    news = justin.news(wanted.region, agent_id, now)
    people = [each.customer.person for each in page.rows]
    audit.note_list(
        actor, at=now, filters=wanted.told, people=list(dict.fromkeys(people + news.people))
    )
    context: dict[str, Any] = {
        "wanted": wanted,
        "page": page,
        "rows": [presenter.row_of(each) for each in page.rows],
        "count": _count(page, wanted, agent_id, now),
        **_choices(),
        "news": news,
        "socket": socket,
        **day_of(actor, now),
    }
    if page.lost_place:
        messages.info(request, _("That place in the list is gone; this is its beginning."))
    return render(request, "televendas/customers.html", context)


def _choices() -> dict[str, Any]:
    """Return what the page lets agents choose, whoever they are and whatever they look at."""
    return {
        "regions": presenter.region_choices(selectors.regions()),
        "shows": _shows(),
        "orders": [
            ("name", _("Name, A to Z")),
            ("-name", _("Name, Z to A")),
            ("-changed", _("Last changed")),
        ],
        "reason_form": ReasonForm(auto_id="export_%s"),
        "most_rows": MOST_ROWS,
    }


def _count(page: Page, wanted: Wanted, agent_id: int, now: datetime) -> Count:
    if page.before is None and page.after is None:
        return Count(len(page.rows), is_exact=True)
    return selectors_list.count_of(wanted, agent_id=agent_id, now=now)


@require_POST
@agents_only
def sheet(request: HttpRequest) -> HttpResponseBase:
    """Give the list as CSV, for a reason; phones stay masked."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A sheet needs a reason."))
        return redirect("televendas:customers")
    actor, now = audit.actor_of(request.user), timezone.now()
    chunks = export(actor=actor, wanted=Wanted.of(request.POST), reason=form.told, now=now)
    answer = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    name = f"customers-{now:%Y%m%dT%H%M%SZ}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _shows() -> list[tuple[str, str]]:
    return [
        (Show.CALLABLE.value, _("Who may be called")),
        (Show.BARRED.value, _("Who may not be called")),
        (Show.ALL.value, _("Everybody")),
    ]
