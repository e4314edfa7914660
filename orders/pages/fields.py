"""A person as the shop's doors ask for one: the fields that its forms share."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.services.customers import Person
from orders.services.persons import InvalidPersonError, read_person

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
