"""`/saga/tasks/…/unpaid/`: an order whose token nobody can open is ended as not paid."""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from messaging.whole import TryAgainError
from orders.adapters import bank as banks
from orders.models import PersonTask
from orders.pages.access import staff_only
from orders.pages.saga_ending import ending_page
from orders.services.settle import TaskClosedError
from orders.services.unpaid import (
    NotLostError,
    NotRefusedError,
    end_unpaid,
    may_be_ended,
    tried_in_vain,
)

_TEMPLATE: Final = "orders/saga/unpaid.html"


class UnpaidForm(forms.Form):
    """Why the token is lost; it stands in the history for ever."""

    note = forms.CharField(
        label=gettext_lazy("Why it cannot be opened any more"),
        max_length=500,
        help_text=gettext_lazy("Which key is gone, and since when. No names or numbers of people."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def unpaid(request: HttpRequest, request_id: str) -> HttpResponseBase:
    """Ask why the token is lost, have the bank refuse the charge, and end the order."""
    task = PersonTask.objects.select_related("order").filter(pk=request_id).first()
    if task is None:
        raise Http404
    if not may_be_ended(task, task.order):
        return _unchanged(request, task)
    form = UnpaidForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, task, form)
    return _ended(request, task, form)


def _ended(request: HttpRequest, task: PersonTask, form: UnpaidForm) -> HttpResponseBase:
    actor, note = request.user.get_username(), form.cleaned_data["note"]
    try:
        end_unpaid(task.pk, banks.bank(), note=note, actor=actor, now=timezone.now())
    except (NotLostError, TaskClosedError):
        task.refresh_from_db()
        return _unchanged(request, task)
    except (banks.BankAwayError, TryAgainError):
        form.add_error(None, _("The bank did not answer. Nothing is lost; press again."))
        return _page(request, task, form, status=503)
    except NotRefusedError as error:
        told = {"code": error.code}
        form.add_error(
            None,
            _(
                "The order stays: the bank has decided this charge before, or did not take the"
                " question (%(code)s). What to do now stands above."
            )
            % told,
        )
        return _page(request, task, form, status=409)
    messages.success(request, _("The order has ended as not paid. The customer is told."))
    return redirect("orders:saga-tasks")


def _page(
    request: HttpRequest, task: PersonTask, form: UnpaidForm, *, status: int = 0
) -> HttpResponseBase:
    tried = tried_in_vain(task)
    return ending_page(request, task, form, _TEMPLATE, status=status, tried=tried)


def _unchanged(request: HttpRequest, task: PersonTask) -> HttpResponseBase:
    if task.done_at is not None:
        messages.error(request, _("Nothing was changed: it was finished meanwhile."))
    else:
        messages.error(request, _("Nothing was changed: the bank can still be asked. Press Retry."))
    return redirect("orders:saga-tasks")
