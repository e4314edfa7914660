"""What staff fill in: a verdict with its note, what to list and for how long, a rule set's file."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.fraud import Verdict
from orders.domain.fraud_facts import Subject
from orders.services.fraud_lists import ListName

_FOR_GOOD: Final = ""
_MOST_BYTES: Final = 64 * 1024


class ReviewForm(forms.Form):
    """A verdict; the button that is pressed names it."""

    verdict = forms.ChoiceField(choices=[(each, each) for each in (Verdict.CLEAR, Verdict.FRAUD)])
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        help_text=_("What you looked at, and why. No names or numbers of people."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ListForm(forms.Form):
    """One press: what to list and on which list; reason and time are filled in beforehand."""

    what = forms.ChoiceField(
        choices=[(f"{name}:{of}", "") for name in ListName.values for of in Subject]
    )
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("a year")),
            (_FOR_GOOD, _("for good")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_what(self) -> tuple[ListName, Subject]:
        """Return the list and the subject."""
        name, of = self.cleaned_data["what"].split(":")
        return ListName(name), Subject(of)


class RuleSetForm(forms.Form):
    """A JSON file with a rule set."""

    file = forms.FileField(
        label=_("Rule set (JSON)"),
        help_text=_("It begins as a shadow: it is watched, and decides nothing."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> str:
        """Return the text."""
        file: Any = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(_("The file is too large for a rule set."))
        try:
            return bytes(file.read()).decode()
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from None
