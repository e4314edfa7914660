"""`/fraud/rules/`: the rules that decide, and what the shadows beside them would have cost."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders import selectors_fraud
from orders.adapters.fraud_json import BadRuleSetError
from orders.domain.fraud import Verdict
from orders.domain.fraud_cost import Cost, Fate
from orders.models import FraudRuleSet
from orders.pages import fraud_words
from orders.pages.access import again_when_locked, staff_only
from orders.pages.fraud_forms import RuleSetForm
from orders.services import rulesets

_DAYS = (7, 30, 90)
_USUAL_DAYS = 30


@require_safe
@staff_only
def rules(request: HttpRequest) -> HttpResponse:
    """Show the active rule set, and every other with its report."""
    return _page(request, RuleSetForm())


@require_POST
@staff_only
@again_when_locked("orders:fraud-rules")
def add(request: HttpRequest) -> HttpResponse:
    """Enter a rule set, as a shadow."""
    form = RuleSetForm(request.POST, request.FILES)
    if form.is_valid():
        text, actor = form.cleaned_data["file"], request.user.get_username()
        try:
            row = rulesets.add_shadow(text, actor, timezone.now())
        except BadRuleSetError as error:
            form.add_error("file", _("This is no rule set: %(why)s") % {"why": error})
        except rulesets.VersionTakenError as error:
            said = _("Version %(version)s is there with other rules. Give it a new one.")
            form.add_error("file", said % {"version": error})
        else:
            told = {"version": row.version}
            messages.success(request, _("%(version)s runs as a shadow from now on.") % told)
            return redirect("orders:fraud-rules")
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@again_when_locked("orders:fraud-rules")
def activate(request: HttpRequest, version: str) -> HttpResponse:
    """Ask, and then let a rule set decide."""
    row = FraudRuleSet.objects.filter(version=version).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        before = FraudRuleSet.objects.filter(is_active=True).first()
        context = {"row": row, "before": before, "tab": "rules"}
        return render(request, "orders/fraud/activate.html", context)
    rulesets.activate(version, request.user.get_username(), timezone.now())
    messages.success(request, _("%(version)s decides from now on.") % {"version": version})
    return redirect("orders:fraud-rules")


@require_POST
@staff_only
@again_when_locked("orders:fraud-rules")
def shadow(request: HttpRequest, version: str) -> HttpResponse:
    """Let a rule set run as a shadow, or end that."""
    runs = request.POST.get("runs") == "1"
    try:
        rulesets.shadow(version, request.user.get_username(), timezone.now(), runs=runs)
    except FraudRuleSet.DoesNotExist:
        raise Http404 from None
    except rulesets.IsActiveError:
        messages.error(request, _("It decides: it is no shadow."))
    else:
        runs_on, rests = _("%(version)s runs as a shadow."), _("%(version)s rests.")
        messages.success(request, (runs_on if runs else rests) % {"version": version})
    return redirect("orders:fraud-rules")


def _page(request: HttpRequest, form: RuleSetForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    active = rulesets.ensure_default_ruleset(now)
    days = _days(request)
    since = None if days == 0 else now - timedelta(days=days)
    costs = selectors_fraud.shadow_costs(since)
    others = [row for row in selectors_fraud.rule_sets() if row.version != active.version]
    context = {
        "active": active,
        "parsed": rulesets.parsed(active),
        "rules": fraud_words.rules(rulesets.parsed(active)),
        "others": [{"row": row, "report": _report(costs.get(row.version))} for row in others],
        "days": days,
        "choices": [*((each, each) for each in _DAYS), (0, _("all"))],
        "form": form,
        "tab": "rules",
    }
    return render(request, "orders/fraud/rules.html", context, status=status)


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text in ("0", *map(str, _DAYS)) else _USUAL_DAYS


def _report(cost: Cost | None) -> dict[str, Any] | None:
    """Return a shadow's figures for the page, None where it judged nothing."""
    if cost is None:
        return None
    return {
        "judged": cost.judged,
        "changed": sum(cost.changed.values()),
        "stopped": cost.by_verdict[Verdict.FRAUD],
        "reviewed": cost.by_verdict[Verdict.REVIEW],
        "paid": cost.stopped[Fate.PAID],
        "refused": cost.stopped[Fate.REFUSED],
        "cancelled": cost.stopped[Fate.CANCELLED],
        "caught": cost.stopped[Fate.FRAUD],
        "lost": cost.stopped_paid,
        "held": cost.held_paid,
        "let_through": cost.let_through,
    }
