"""The page on which a person ends a task with a note: what is asked again keeps what was typed."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders import selectors_saga as saga
from orders.models import PersonTask


def ending_page(
    request: HttpRequest,
    task: PersonTask,
    form: forms.Form,
    template: str,
    *,
    status: int = 0,
    **more: object,
) -> HttpResponse:
    """Show the form; without a `status` a form with errors is answered 422, else 200."""
    context = {"task": task, "cents": saga.cents_of([task]).get(task.pk), "form": form, **more}
    return render(request, template, context, status=status or (422 if form.errors else 200))
