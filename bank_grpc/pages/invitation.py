"""`/bank/invitation/<token>/`: a holder chooses a login, once."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.selectors import may_see_payments
from bank_grpc.models import HolderInvitation
from bank_grpc.pages.forms import LoginForm
from bank_grpc.services import holders

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form while the invitation can be used; make the login when it is sent."""
    now = timezone.now()
    try:
        found = holders.find(token, now=now)
        if request.method == "POST":
            return _accept(request, token, found)
    except holders.InvitationGoneError:
        return render(request, "bank/invitation.html", {"is_gone": True}, status=404)
    return _page(request, LoginForm(), found)


def _accept(request: HttpRequest, token: str, found: HolderInvitation) -> HttpResponse:
    now, user = timezone.now(), request.user
    if "add" in request.POST and user.is_authenticated and _is_holder(user):
        holders.add_card(token, user, now=now)
        return redirect("bank:statement", card_id=found.card_id)
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, form, found, status=422)
    try:
        made = holders.accept(token, **form.cleaned_data, now=now)
    except holders.NameTakenError:
        form.add_error("username", _("Somebody has this name already. Choose another one."))
        return _page(request, form, found, status=422)
    login(request, made, backend=_BACKEND)  # type: ignore[arg-type]  # the project's user model
    return redirect("bank:statement", card_id=found.card_id)


def _page(
    request: HttpRequest,
    form: LoginForm,
    found: HolderInvitation,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "card": found.card, "may_add": _is_holder(request.user)}
    return render(request, "bank/invitation.html", context, status=status)


def _is_holder(user: object) -> bool:
    """Tell whether the person who is signed in may hold cards: staff and agents never do."""
    is_signed_in = getattr(user, "is_authenticated", False)
    return is_signed_in and not getattr(user, "is_staff", True) and may_see_payments(user)  # type: ignore[arg-type]  # a user by then
