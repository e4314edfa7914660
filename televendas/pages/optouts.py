"""The list of those whom nobody may call: added one by one, or from a file that is never kept."""

import io
from collections import deque
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from televendas.domain.optout_lines import read_lines
from televendas.models import OptOut
from televendas.pages.access import agents_only
from televendas.pages.day import day_of
from televendas.pages.forms import ImportForm, OptOutForm, today
from televendas.services import audit
from televendas.services.optout import Imported, UnreadablePhoneError, import_lines, opt_out

LIST = "televendas:opt-outs"
_PAGE = 50


@require_safe
@agents_only
def opt_outs(request: HttpRequest) -> HttpResponse:
    """List opt-outs, newest first; only hashes are known of the phones."""
    return _page(request)


@require_POST
@agents_only
def add(request: HttpRequest) -> HttpResponse:
    """Bar one phone."""
    _may_add(request)
    form = OptOutForm(request.POST)
    if not form.is_valid():
        return _page(request, add_form=form)
    try:
        is_new = opt_out(
            actor=audit.actor_of(request.user),
            phone=form.cleaned_data["phone"],
            effective_on=form.cleaned_data["effective_on"],
            origin=OptOut.Origin.OWN,
            now=timezone.now(),
        )
    except UnreadablePhoneError:
        form.add_error("phone", _("This is no phone number."))
        return _page(request, add_form=form)
    text = _("The phone is on the list.") if is_new else _("The phone was on the list already.")
    messages.success(request, text)
    return redirect(LIST)


@csrf_exempt
def bring(request: HttpRequest) -> HttpResponseBase:
    """Take in a file, read in memory alone: no phone lies on a disk in clear, not for a moment."""
    # Before anything reads the body, the token's check included.
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _bring(request)


@csrf_protect
@require_POST
@agents_only
def _bring(request: HttpRequest) -> HttpResponse:
    _may_add(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, import_form=form)
    file = form.cleaned_data["file"]
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace")
    steps = import_lines(
        actor=audit.actor_of(request.user),
        lines=read_lines(text),
        effective_on=form.cleaned_data["effective_on"],
        now=timezone.now(),
    )
    # Each step is a chunk kept; the last one knows of all.
    last = deque(steps, maxlen=1)
    _tell(request, last.pop() if last else Imported())
    return redirect(LIST)


def _tell(request: HttpRequest, done: Imported) -> None:
    text = ngettext("{n} phone is new on the list.", "{n} phones are new on the list.", done.added)
    messages.success(request, text.format(n=done.added))
    if done.unreadable_count:
        lines = ", ".join(map(str, done.unreadable))
        text = ngettext(
            "{n} line has no phone: {lines}.",
            "{n} lines have no phone: {lines}.",
            done.unreadable_count,
        )
        messages.warning(request, text.format(n=done.unreadable_count, lines=lines))


def _may_add(request: HttpRequest) -> None:
    if not request.user.has_perm("televendas.add_optout"):
        raise PermissionDenied


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    rows = OptOut.objects.order_by("-added_at", "-phone_hash")
    begins = {"effective_on": today()}
    context = {
        "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "add_form": forms.get("add_form") or OptOutForm(initial=begins, auto_id="add_%s"),
        "import_form": forms.get("import_form") or ImportForm(initial=begins, auto_id="import_%s"),
        **day_of(audit.actor_of(request.user), timezone.now()),
    }
    status = 422 if forms else 200
    return render(request, "televendas/opt_outs.html", context, status=status)
