"""One customer: what is known as far as calling goes, and the phone once a reason is given."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from televendas import presenter, selectors, selectors_list
from televendas.models import Customer
from televendas.pages.access import agents_only
from televendas.pages.day import day_of
from televendas.pages.forms import ReasonForm
from televendas.presenter import Badge
from televendas.services import audit
from televendas.services.reveal import QuotaSpentError, UnableToRevealError, reveal_phone


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def person(request: HttpRequest, person: str) -> HttpResponse:
    """Show one customer; with a reason, the phone too."""
    customer = Customer.objects.filter(person=person).first()
    if customer is None:
        raise Http404
    actor, now = audit.actor_of(request.user), timezone.now()
    context: dict[str, Any] = {"reason_form": ReasonForm(), "phone": None, "refusal": None}
    if request.method == "POST":
        context |= _revealed(request, actor, person)
    else:
        audit.note_list(actor, at=now, filters={"person": True}, people=[person])
    [listed] = selectors_list.judged([customer], agent_id=actor.agent_id, now=now)
    claim = selectors.claim_of(actor.agent_id, now)
    context |= {
        "row": presenter.row_of(listed),
        "is_held": claim is not None and claim.person == person,
        "outcomes": [
            (presenter.outcome_label(each.outcome), each.at)
            for each in selectors.outcomes_of(person)
        ],
        **day_of(actor, now),
    }
    return render(request, _template(request), context)


def _template(request: HttpRequest) -> str:
    """Return the part that a script asked for, or the whole page for a browser without one."""
    if not getattr(request, "htmx", False):
        return "televendas/person.html"
    part = "held" if request.POST.get("from") == "call" else "person"
    return f"televendas/part/{part}.html"


def _revealed(request: HttpRequest, actor: audit.Actor, person: str) -> dict[str, Any]:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return {"reason_form": form}
    try:
        revealed = reveal_phone(actor=actor, person=person, reason=form.told, now=timezone.now())
    except QuotaSpentError:
        text = _("The day's phones are used up. More can be revealed tomorrow.")
        return {"reason_form": form, "refusal": Badge("wait", text)}
    except UnableToRevealError as error:
        return {"reason_form": form, "refusal": presenter.badge_of(error.verdict)}
    text = presenter.phone_text(revealed.phone)
    return {"reason_form": form, "phone": {"dial": revealed.phone, "text": text}}
