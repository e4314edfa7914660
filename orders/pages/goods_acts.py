"""What staff do to goods: enter an article, change it, take goods in, correct a count."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from uuid_utils.compat import uuid7

from messaging.whole import TryAgainError
from orders.models import Product, ProductChange
from orders.pages.goods import reason_of
from orders.pages.goods_forms import (
    ArticleForm,
    CorrectionForm,
    NewArticleForm,
    ReceiptForm,
    form_of,
)
from orders.pages.picking_access import actor_of, warehouse_only
from orders.selectors_staff import MovementsWanted, movements
from orders.services import goods
from orders.services.goods import GoodsError, Why
from orders.templatetags.shop import article

_FORM = ["GET", "HEAD", "POST"]
_SHOWN_MOVEMENTS = 10


@require_http_methods(_FORM)
@warehouse_only
def new(request: HttpRequest) -> HttpResponse:
    """Enter an article; its stock comes with its first receipt."""
    form = NewArticleForm(request.POST or None, initial={"is_active": True})
    if request.method == "POST" and form.is_valid():
        sku = form.cleaned_data["sku"]
        try:
            goods.add_product(form.article(sku), now=timezone.now())
        except goods.KnownSkuError:
            form.add_error("sku", _("There is an article with this SKU already."))
        except TryAgainError as error:
            form.add_error("sku", refusal(error))
        else:
            messages.success(request, _("Entered. Nothing of it is on the shelf yet."))
            return redirect("orders:good", sku=sku)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "tab": "goods"}
    return render(request, "orders/warehouse/new.html", context, status=status)


@require_http_methods(_FORM)
@warehouse_only
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """Show an article with its stock and last movements, and change what is said of it."""
    found = _product(sku)
    if request.method != "POST":
        return _page(request, found)
    form = ArticleForm(request.POST)
    form.show_what_it_was()
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        changed = goods.change_product(
            form.article(sku),
            names=form.changed_names(),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except TryAgainError as error:
        messages.error(request, refusal(error))
        return _page(request, found, form=form)
    if changed:
        messages.success(request, _("Saved. Orders keep the price they were placed at."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("orders:good", sku=sku)


@require_POST
@warehouse_only
def correct(request: HttpRequest, sku: str) -> HttpResponse:
    """Correct what lies on the shelf, for a reason."""
    found, form = _product(sku), CorrectionForm(request.POST, auto_id="correct_%s")
    if not form.is_valid():
        return _page(request, found, correction=form)
    given = form.cleaned_data
    try:
        goods.correct(
            sku,
            given["by"],
            why=Why(given["why"]),
            key=given["key"],
            actor=actor_of(request),
            now=timezone.now(),
            note=given["note"],
        )
    except (GoodsError, TryAgainError) as error:
        form.add_error("by", refusal(error))
        return _page(request, found, correction=form)
    messages.success(request, _("The stock is corrected."))
    return redirect("orders:good", sku=sku)


@require_http_methods(_FORM)
@warehouse_only
def receipt(request: HttpRequest) -> HttpResponse:
    """Take goods in, one article after the other: the page comes back empty for the next."""
    if request.method != "POST":
        return _receipt_page(request, ReceiptForm(initial=_first(request)))
    form = ReceiptForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            moved = goods.receive(
                given["code"],
                given["quantity"],
                key=given["key"],
                actor=actor_of(request),
                now=timezone.now(),
                note=given["note"],
            )
        except (GoodsError, TryAgainError) as error:
            form.add_error("code", refusal(error))
        else:
            _tell(request, moved)
            return redirect("orders:receipt")
    return _receipt_page(request, form, status=422)


def refusal(error: Exception) -> str:
    """Return why nothing was moved."""
    if isinstance(error, goods.NotEnoughError):
        n = error.available
        text = ngettext("Only %(n)s unit is not reserved.", "Only %(n)s units are not reserved.", n)
        return text % {"n": n}
    return _REFUSALS[type(error)]()


_REFUSALS: dict[type[Exception], Callable[[], str]] = {
    goods.UnknownProductError: lambda: _("No article has this SKU or barcode."),
    goods.AmbiguousBarcodeError: lambda: _("Several articles have this barcode: type the SKU."),
    goods.BadQuantityError: lambda: _("Type how many units, such as 12."),
    goods.KeyReusedError: lambda: _("This form has moved something else already. Open it anew."),
    TryAgainError: lambda: _("The database did not answer. Send it again: it counts once."),
}


def _tell(request: HttpRequest, moved: goods.Moved) -> None:
    name, n = article(_product(moved.movement.product_id)), moved.movement.quantity
    if moved.is_replay:
        messages.info(request, _("This was taken in already, and counts once."))
        return
    text = ngettext("%(n)s unit of %(name)s taken in.", "%(n)s units of %(name)s taken in.", n)
    messages.success(request, text % {"n": n, "name": name})


def _first(request: HttpRequest) -> dict[str, str]:
    return {"key": str(uuid7()), "code": request.GET.get("code", "")[:32]}


def _receipt_page(request: HttpRequest, form: ReceiptForm, status: int = 200) -> HttpResponse:
    recent = movements(MovementsWanted(kind="receipt"))[:_SHOWN_MOVEMENTS]
    rows = [{"movement": each, "why": each.reason} for each in recent]
    context = {"form": form, "rows": rows, "tab": "goods"}
    return render(request, "orders/warehouse/receipt.html", context, status=status)


def _product(sku: str) -> Product:
    try:
        return Product.objects.get(pk=sku)
    except Product.DoesNotExist:
        raise Http404 from None


def _page(request: HttpRequest, found: Product, **forms: Any) -> HttpResponse:
    fresh = CorrectionForm(initial={"key": str(uuid7())}, auto_id="correct_%s")
    recent = movements(MovementsWanted(sku=found.sku))[:_SHOWN_MOVEMENTS]
    context = {
        "product": found,
        "form": forms.get("form") or form_of(found),
        "correction": forms.get("correction") or fresh,
        "rows": [{"movement": each, "why": reason_of(each)} for each in recent],
        "tab": "goods",
        "changes": ProductChange.objects.filter(product=found).order_by("-pk")[:_SHOWN_MOVEMENTS],
    }
    return render(request, "orders/warehouse/good.html", context, status=422 if forms else 200)
