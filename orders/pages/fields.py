"""Fields that several forms of the shop share: a person's and a card's."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards import rules
from orders.services.customers import Person
from orders.services.persons import InvalidPersonError, read_person

_EXPIRY: Final = re.compile(r"(\d{1,2})\s*/\s*(\d{2}|\d{4})", re.ASCII)
_STATES: Final = (
    ("AC", "Acre"),
    ("AL", "Alagoas"),
    ("AP", "Amapá"),
    ("AM", "Amazonas"),
    ("BA", "Bahia"),
    ("CE", "Ceará"),
    ("DF", "Distrito Federal"),
    ("ES", "Espírito Santo"),
    ("GO", "Goiás"),
    ("MA", "Maranhão"),
    ("MT", "Mato Grosso"),
    ("MS", "Mato Grosso do Sul"),
    ("MG", "Minas Gerais"),
    ("PA", "Pará"),
    ("PB", "Paraíba"),
    ("PR", "Paraná"),
    ("PE", "Pernambuco"),
    ("PI", "Piauí"),
    ("RJ", "Rio de Janeiro"),
    ("RN", "Rio Grande do Norte"),
    ("RS", "Rio Grande do Sul"),
    ("RO", "Rondônia"),
    ("RR", "Roraima"),
    ("SC", "Santa Catarina"),
    ("SP", "São Paulo"),
    ("SE", "Sergipe"),
    ("TO", "Tocantins"),
)
_FAULTS: Final[Mapping[str, Promise]] = {
    "missing": _("This is needed."),
    "number": _("The card's number does not belong here."),
    "name": _("Type 2 to 100 printable characters."),
    "phone": _("Type a phone with its area code, such as (11) 91234-5678."),
    "email": _("Type an e-mail address, such as ana@example.com."),
    "document": _("This is no CPF. Look at its eleven digits again."),
    "address": _("Type street, number, city and postal code."),
    "region": _("Choose a state."),
}


class Unechoed(forms.TextInput):
    """An input whose content never comes back in a page: it has to be typed again."""

    def format_value(self, value: Any) -> None:
        """Show nothing."""


class PersonForm(forms.Form):
    """What doors ask of a person; a subclass may take fields out, or ask for fewer of them."""

    optional: frozenset[str] = frozenset()

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    document = forms.CharField(
        label=_("CPF"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    region = forms.ChoiceField(
        label=_("State"),
        choices=[("", ""), *((code, f"{name} ({code})") for code, name in _STATES)],
    )

    person: Person

    def clean(self) -> dict[str, Any]:
        """Read the person as REST reads one, and say in words what cannot be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = {name: str(self.data.get(name, "")) for name in PersonForm.base_fields}
        unasked = frozenset(PersonForm.base_fields) - frozenset(self.fields)
        for name in unasked:
            typed[name] = ""
        try:
            self.person = read_person(
                typed,
                optional=self.optional | unasked,
                card_number=str(cleaned.get("number", "")),
            )
        except InvalidPersonError as error:
            for name, fault in error.faults.items():
                if name not in self.errors:
                    self.add_error(name, str(_FAULTS[fault]))
            self._forget(name for name, fault in error.faults.items() if fault == "number")
        return cleaned

    def _forget(self, names: Iterable[str]) -> None:
        """Take out what must not be sent back: a card's number in a field of the person."""
        self.data = {**self.data.dict(), **dict.fromkeys(names, "")}  # type: ignore[attr-defined]  # a QueryDict


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
