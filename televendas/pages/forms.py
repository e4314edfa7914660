"""What agents fill in: why, how a call ended, whom nobody may call."""

import re
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from televendas.adapters.calling_hours import business_time
from televendas.models import CallOutcome

OTHER: Final = "other"
REASONS: Final = (
    ("call", _("To call about an offer")),
    ("call_back", _("To call back as agreed")),
    ("check", _("To check a number at the customer's wish")),
    (OTHER, _("Another reason")),
)
# A note that holds what could be a phone or a document would be a copy of its own.
_LONG_NUMBER: Final = re.compile(r"\d(?:[ .\-/]?\d){5,}")
_FARTHEST: Final = timedelta(days=60)
_LARGEST_LIST: Final = 2 * 1024 * 1024
_TOO_LARGE: Final = _("Choose a file of at most 2 MB; for more there is manage.py import_opt_outs.")
_LOCAL: Final = "%Y-%m-%dT%H:%M"


class ReasonForm(forms.Form):
    """Why personal data is looked at."""

    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    note = forms.CharField(
        label=_("Note"),
        max_length=120,
        required=False,
        help_text=_("Needed for another reason. No numbers of people, please."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a note where the reason says nothing by itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        note = cleaned.get("note", "")
        if cleaned.get("reason") == OTHER and not note:
            self.add_error("note", _("Say the reason in a few words."))
        if _LONG_NUMBER.search(note):
            self.add_error("note", _("Leave numbers of people out of the note."))
        return cleaned

    @property
    def told(self) -> str:
        """Return the reason as the audit keeps it."""
        note = self.cleaned_data["note"]
        code: str = self.cleaned_data["reason"]
        return f"{code}: {note}" if note else code


class OutcomeForm(forms.Form):
    """How a call ended, and when to call back if that was agreed."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=CallOutcome.Outcome.choices, widget=forms.RadioSelect
    )
    call_back_at = forms.DateTimeField(
        label=_("Call back at"),
        required=False,
        input_formats=[_LOCAL],
        help_text=_("In the business time zone, within calling hours."),
        widget=forms.DateTimeInput(format=_LOCAL, attrs={"type": "datetime-local"}),
    )

    def clean_call_back_at(self) -> datetime | None:
        """Read the time as one of the business, in the time to come."""
        given: datetime | None = self.cleaned_data["call_back_at"]
        if given is None:
            return None
        zone = ZoneInfo(settings.BUSINESS_TIME_ZONE)
        moment = given.replace(tzinfo=zone)
        if not timezone.now() < moment < timezone.now() + _FARTHEST:
            raise forms.ValidationError(_("Choose a time within the next 60 days."))
        return moment

    def clean(self) -> dict[str, Any]:
        """Ask for the time of a call back."""
        cleaned: dict[str, Any] = super().clean() or {}
        is_call_back = cleaned.get("outcome") == CallOutcome.Outcome.CALL_BACK
        if is_call_back and "call_back_at" not in self.errors and not cleaned.get("call_back_at"):
            self.add_error("call_back_at", _("Say when to call back."))
        return cleaned


class OptOutForm(forms.Form):
    """One phone that nobody may call."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=_("Kept as a keyed hash only."),
    )
    effective_on = forms.DateField(
        label=pgettext_lazy("a day", "From"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class ImportForm(forms.Form):
    """A list of phones, or of their hashes, that nobody may call."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV: a phone or its hash in each line, then a day where it has its own."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={"required": _TOO_LARGE},
    )
    effective_on = forms.DateField(
        label=pgettext_lazy("a day", "From"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than what is kept in memory: no phone lies on a disk in clear."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST_LIST:
            raise forms.ValidationError(_TOO_LARGE)
        return file


def today() -> str:
    """Return the business day as a date field takes it."""
    return business_time(timezone.now()).date().isoformat()
