"""A card as a buyer types it, for every page that takes one: its fields, and nothing sent back."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cards import rules

_EXPIRY: Final = re.compile(r"(\d{1,2})\s*/\s*(\d{2}|\d{4})", re.ASCII)


class Unechoed(forms.TextInput):
    """An input whose content never comes back in a page: it has to be typed again."""

    def format_value(self, value: Any) -> None:
        """Show nothing."""


class CardForm(forms.Form):
    """A card as it is typed; it lives no longer than the request and is never sent back."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=30,
        widget=Unechoed(attrs={"inputmode": "numeric", "autocomplete": "cc-number"}),
    )
    holder = forms.CharField(
        label=_("Name on the card"),
        min_length=2,
        max_length=100,
        widget=Unechoed(attrs={"autocomplete": "cc-name"}),
    )
    expiry = forms.CharField(
        label=_("Valid through"),
        max_length=9,
        widget=Unechoed(
            attrs={"inputmode": "numeric", "autocomplete": "cc-exp", "placeholder": _("MM/YY")}
        ),
    )
    cvv = forms.CharField(
        label=_("Security code"),
        max_length=4,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "cc-csc"}),
    )

    def clean_number(self) -> str:
        """Return the digits alone."""
        number: str = re.sub(r"[ \-.]", "", self.cleaned_data["number"])
        if not rules.is_valid_number(number):
            raise forms.ValidationError(_("This is no card number. Look at its digits again."))
        return number

    def clean_expiry(self) -> tuple[int, int]:
        """Return month and year."""
        match = _EXPIRY.fullmatch(self.cleaned_data["expiry"].strip())
        if match is None or not rules.is_month(int(match[1])):
            raise forms.ValidationError(_("Type month and year, such as 08/31."))
        year = int(match[2])
        return int(match[1]), year if year >= 1000 else 2000 + year  # noqa: PLR2004 - four digits

    def clean_cvv(self) -> str:
        """Take three digits, or four."""
        cvv: str = self.cleaned_data["cvv"]
        if not re.fullmatch(r"[0-9]{3,4}", cvv):
            raise forms.ValidationError(_("Type the 3 digits on the back of the card."))
        return cvv
