"""The pages that belong to no app: start, sign-in, theme, and the error that axes needs."""

from typing import Any, Final

from axes.helpers import get_cool_off
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import may_see_payments
from bank_grpc.selectors_cards import holds_card
from config import health
from config.context_processors import THEME_COOKIE, THEMES
from config.doors import doors
from config.fence import home_of
from orders.services.accounts import has_account

_YEAR: Final = 365 * 24 * 3600


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Show what runs here, whether it is well, and where each kind of person goes."""
    return render(request, "start.html", {**_health_context(), "doors": doors()})


@require_safe
@never_cache
def health_table(request: HttpRequest) -> HttpResponse:
    """Return the table of parts alone, which the start page renews by itself."""
    return render(request, "components/health.html", _health_context())


def _health_context() -> dict[str, Any]:
    words = {
        health.State.WELL: _("Healthy"),
        health.State.STARTING: _("Not ready"),
        health.State.DOWN: _("Not answering"),
        health.State.UNKNOWN: _("Not watched"),
    }
    purposes = _purposes()
    parts = health.report.fresh()
    rows = [
        {"part": part, "words": words[part.state], "purpose": purposes.get(part.name, "")}
        for part in parts
    ]
    unwell = sum(part.state is not health.State.WELL for part in parts)
    return {"rows": rows, "unwell": unwell, "total": len(parts)}


def _purposes() -> dict[str, str]:
    return {
        "web": _("Answers REST and pages"),
        "database": _("Keeps every transaction, decision and promise to Kafka"),
        "kafka": _("Carries requests and decisions"),
        "relay": _("Sends what the database promised to Kafka"),
        "processor": _("Decides each transaction"),
        "results": _("Takes the decision back to its transaction"),
        "webhooks": _("Notes which merchants are to be told"),
        "televendas": _("Keeps telesales' lean copy of the customers"),
        "webhook-sender": _("Calls the merchants' own addresses"),
        "live": _("Streams what Kafka carries to the panel"),
        "statement": _("Posts payments to the cards' statements"),
        "reservation": _("Keeps stock back for each order, and gives it back"),
        "fraud": _("Judges each order by the rules in force"),
        "payment": _("Charges what is held and cleared, and gives money back"),
        "picking": _("Gives the warehouse the list of each paid order"),
        "notification": _("Writes to customers about their orders"),
        "reporting": _("Fills the reports' warehouse"),
        "sweeper": _("Ends what waited too long: stock, and doubts"),
        "bank": _("Authorises card payments over gRPC"),
        "housekeeping": _("Trims what is old"),
        "banco1-database": _("Keeps a legacy bank's full customer records"),
        "connect": _("Reads the bank's changes, four columns of each"),
        "capture": _("Watches how old the bank's newest sign of life is"),
        "simulate-banco1": _("Changes the bank's customers by itself"),
    }


class SignIn(LoginView):
    """Sign in by name and password; who is signed in already goes straight on."""

    template_name = "registration/login.html"

    def get_default_redirect_url(self) -> str:
        """Lead agents to calls, pickers to lists, holders to their cards, others to the panel."""
        user = self.request.user
        if not may_see_payments(user):
            return reverse(home_of(user))
        if not user.is_staff and holds_card(user):
            return reverse("bank:cards")
        if has_account(user):
            return reverse("orders:account")
        return super().get_default_redirect_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let a signed-in person pass, unless a page sent them here for lack of a right."""
        is_asking = request.method in ("GET", "HEAD")
        if is_asking and request.user.is_authenticated and "next" not in request.GET:
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, *_args: Any
) -> HttpResponse:
    """Answer a try at signing in that came after too many wrong ones: 429, with when to return."""
    del original_response
    cool_off = get_cool_off(request)
    minutes = max(1, round(cool_off.total_seconds() / 60)) if cool_off else 1
    context = {"locked_until": True, "locked_minutes": minutes, "next": request.POST.get("next")}
    answer = render(request, "registration/login.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back; what browsers without scripts use."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("start")
    # Not `redirect`, which would take a single word for a view's name.
    answer = HttpResponseRedirect(back)
    theme = request.POST.get("theme")
    if theme in THEMES:
        answer.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="Lax")
    return answer
