"""The agent's work: the call in hand, the next one, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from televendas import presenter, selectors, selectors_list
from televendas.domain.calling import Outcome
from televendas.models import Customer
from televendas.pages.access import agents_only
from televendas.pages.day import day_of
from televendas.pages.forms import OutcomeForm, ReasonForm
from televendas.services import audit, calls

WORK = "televendas:call"


@require_safe
@agents_only
def call(request: HttpRequest) -> HttpResponse:
    """Show the call in hand, or offer the next one."""
    return _page(request, OutcomeForm())


@require_POST
@agents_only
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the next call of the queue."""
    return _taking(request, lambda actor: calls.take_next(actor=actor, now=timezone.now()))


@require_POST
@agents_only
def take(request: HttpRequest, person: str) -> HttpResponse:
    """Take the call of one customer."""
    now = timezone.now()
    return _taking(request, lambda actor: calls.take(actor=actor, person=person, now=now))


@require_POST
@agents_only
def put_back(request: HttpRequest) -> HttpResponse:
    """Let go of the call in hand."""
    calls.put_back(actor=audit.actor_of(request.user), now=timezone.now())
    messages.success(request, _("The call is back in the queue."))
    return redirect(WORK)


@require_POST
@agents_only
def outcome(request: HttpRequest, person: str) -> HttpResponse:
    """Keep how the call ended, and go on."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    ended = Outcome(form.cleaned_data["outcome"])
    try:
        calls.record_outcome(
            actor=audit.actor_of(request.user),
            person=person,
            outcome=ended,
            call_back_at=form.cleaned_data["call_back_at"],
            now=timezone.now(),
        )
    except calls.NotTheirCallError:
        messages.error(request, _("This call was no longer yours; nothing was kept."))
    else:
        messages.success(request, _kept(ended))
    return redirect(WORK)


def _kept(ended: Outcome) -> str:
    if ended is Outcome.DO_NOT_CALL:
        return _("Kept: nobody calls this phone again.")
    return _("Kept: {outcome}.").format(outcome=presenter.outcome_label(ended.value))


def _taking(request: HttpRequest, work: Callable[[audit.Actor], Any]) -> HttpResponse:
    try:
        work(audit.actor_of(request.user))
    except calls.UnableToTakeError as error:
        messages.warning(request, presenter.badge_of(error.verdict).text)
    except calls.NobodyDueError:
        messages.info(request, _("Nobody is due to be called now."))
    return redirect(WORK)


def _page(request: HttpRequest, form: OutcomeForm, status: int = 200) -> HttpResponse:
    actor, now = audit.actor_of(request.user), timezone.now()
    context: dict[str, Any] = day_of(actor, now)
    claim = context["held"]
    customer = Customer.objects.filter(person=claim.person).first() if claim else None
    if customer is not None:
        audit.note_list(actor, at=now, filters={"call": True}, people=[customer.person])
        [listed] = selectors_list.judged([customer], agent_id=actor.agent_id, now=now)
        context |= {
            "row": presenter.row_of(listed),
            "outcomes": [
                (presenter.outcome_label(each.outcome), each.at)
                for each in selectors.outcomes_of(customer.person)
            ],
            "until": presenter.told(claim.expires_at),
            "form": form,
            "reason_form": ReasonForm(),
        }
    return render(request, "televendas/call.html", context, status=status)
