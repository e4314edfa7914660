"""Who came in last, and which of the people on a page have changed since it was made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from televendas import presenter, selectors, selectors_list
from televendas.domain.listing import Wanted
from televendas.pages.access import agents_only
from televendas.presenter import Row
from televendas.services import audit

SHOWN: Final = 6
_MOST_WATCHED: Final = 60
# Rows of a transaction that commits late carry times before what was read already.
_OVERLAP: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class News:
    """The newest customers, and the moment from which to ask again."""

    rows: list[Row]
    since: str

    @property
    def people(self) -> list[str]:
        """Return whom it names."""
        return [each.person for each in self.rows]


def news(region: str, agent_id: int, now: datetime) -> News:
    """Return who came in last, in one region or in all."""
    newest = selectors.newest_change() or now
    found = selectors_list.judged(selectors.arrivals(region, SHOWN), agent_id=agent_id, now=now)
    return News([presenter.row_of(each) for each in found], (newest - _OVERLAP).isoformat())


@require_POST
@agents_only
def changes(request: HttpRequest) -> HttpResponse:
    """Give what changed among the people on a page since it asked last; 204 when nothing did."""
    actor, now = audit.actor_of(request.user), timezone.now()
    wanted = Wanted.of(request.POST)
    since = _moment(request.POST.get("since", "")) or now
    changed = _changed(request.POST.getlist("person"), since, actor, now)
    # Somebody beside the list who is gone is to be taken off the page as well.
    is_stale = bool(_changed(request.POST.getlist("arrival"), since, actor, now))
    latest = news(wanted.region, actor.agent_id, now)
    fresh = [each.person for each in latest.rows if each.changed_at > since]
    if not (changed or fresh or is_stale):
        return HttpResponse(status=204)
    seen = [each.person for each in changed if not each.is_gone]
    audit.note_list(
        actor,
        at=now,
        filters={**wanted.told, "live": True},
        people=list(dict.fromkeys(seen + fresh)),
    )
    return render(request, "televendas/changes.html", {"rows": changed, "news": latest})


def _changed(people: list[str], since: datetime, actor: audit.Actor, now: datetime) -> list[Row]:
    rows = selectors.changed_among(people[:_MOST_WATCHED], since)
    found = selectors_list.judged(rows, agent_id=actor.agent_id, now=now)
    return [presenter.row_of(each) for each in found]


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
