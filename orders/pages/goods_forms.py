"""What staff fill in about goods: an article, what came in, what was counted wrong."""

from typing import Any, Final

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from config.money import cents_of
from orders.models import Product
from orders.services.goods import MOST_UNITS, Article, Why

_MOST_CENTS: Final = 999_999_999_99
_TYPED: Final = {"autocomplete": "off"}
REASONS: Final = (
    (Why.COUNTED, _("Counted again")),
    (Why.DAMAGED, _("Damaged")),
    (Why.EXPIRED, _("Past its date")),
    (Why.LOST, _("Lost")),
    (Why.FOUND, _("Found again")),
    (Why.RETURNED, _("Sent back by a customer")),
)


class PriceField(forms.CharField):
    """A price as people of both languages type it; its value is in cents."""

    def __init__(self, **kwargs: Any) -> None:
        """Take any price from a cent on."""
        attrs = {"inputmode": "decimal", **_TYPED}
        super().__init__(max_length=16, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> int:
        """Return the cents; `1,234.56`, `1.234,56` and `1234.5` are all understood."""
        cents = cents_of(super().clean(value))
        if not cents or cents > _MOST_CENTS:
            raise forms.ValidationError(_("Type a price such as 89.90."))
        return cents


class ArticleForm(forms.Form):
    """An article as staff describe it, but for its SKU."""

    name_pt = forms.CharField(
        label=_("Name in Portuguese"), max_length=120, widget=forms.TextInput(attrs=_TYPED)
    )
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, widget=forms.TextInput(attrs=_TYPED)
    )
    price = PriceField(label=_("Price"))
    shelf = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9.\-]*$",
        label=_("Shelf"),
        max_length=16,
        help_text=_("As people walk: A-03-2."),
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"invalid": _("Letters, digits, dots and hyphens only.")},
    )
    barcode = forms.RegexField(
        r"^[!-~]*$",
        label=_("Barcode"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"invalid": _("A barcode has no spaces and no accents.")},
    )
    text_pt = forms.CharField(label=_("About it, in Portuguese"), max_length=500, required=False)
    text_en = forms.CharField(label=_("About it, in English"), max_length=500, required=False)
    is_active = forms.BooleanField(label=_("Sold in the shop"), required=False)

    def show_what_it_was(self) -> None:
        """Have the page send what it showed, too, so that `changed_names` can tell."""
        for field in self.fields.values():
            field.show_hidden_initial = True

    def changed_names(self) -> frozenset[str]:
        """Return the names of what was changed from what the page showed, all if it sent none."""
        is_told = any(self[name].html_initial_name in self.data for name in self.fields)
        changed = self.changed_data if is_told else list(self.fields)
        return frozenset("price_cents" if name == "price" else name for name in changed)

    def article(self, sku: str) -> Article:
        """Return what was filled in as the service takes it."""
        given = dict(self.cleaned_data)
        given.pop("sku", None)
        price = given.pop("price")
        return Article(sku=sku, price_cents=price, **{**given, "shelf": given["shelf"].upper()})


class NewArticleForm(ArticleForm):
    """A new article, with the SKU that it has for ever."""

    sku = forms.RegexField(
        r"^[A-Z0-9][A-Z0-9._-]{0,31}$",
        label=_("SKU"),
        max_length=32,
        help_text=_("Its name for ever: capitals, digits, hyphens."),
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"invalid": _("Capitals, digits, dots and hyphens only.")},
    )
    field_order = ["sku"]


class ReceiptForm(forms.Form):
    """What came in; `key` makes a double press one receipt."""

    key = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Barcode or SKU"),
        max_length=32,
        widget=forms.TextInput(attrs={**_TYPED, "autofocus": True}),
    )
    quantity = forms.IntegerField(label=_("Units"), min_value=1, max_value=MOST_UNITS)
    note = forms.CharField(
        label=_("Note"),
        max_length=100,
        required=False,
        help_text=_("The delivery note's number, for instance."),
        widget=forms.TextInput(attrs=_TYPED),
    )


class CorrectionForm(forms.Form):
    """By how much the stock was wrong, and why; `key` makes a double press one correction."""

    key = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)
    by = forms.IntegerField(
        label=_("Change by"),
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        help_text=_("-2 takes two off the shelf, 2 adds two."),
    )
    why = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    note = forms.CharField(
        label=_("Note"), max_length=100, required=False, widget=forms.TextInput(attrs=_TYPED)
    )


def form_of(product: Product) -> ArticleForm:
    """Return the form that shows an article, and remembers what it showed."""
    form = ArticleForm(initial=_initial_of(product))
    form.show_what_it_was()
    return form


def _initial_of(product: Product) -> dict[str, Any]:
    names = ("name_pt", "name_en", "shelf", "barcode", "text_pt", "text_en", "is_active")
    whole, rest = divmod(product.price_cents, 100)
    price = f"{whole}{get_format('DECIMAL_SEPARATOR')}{rest:02d}"
    return {**{name: getattr(product, name) for name in names}, "price": price}
