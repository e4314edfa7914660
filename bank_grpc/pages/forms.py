"""What people fill in: a card to pay with, a limit, a card to issue, a login, an amount."""

from typing import Any, Final

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from bank_grpc.domain.amounts import MOST_CENTS
from bank_grpc.domain.closing import CLOSING_DAYS, USUAL_CLOSING_DAY
from cards.forms import CardForm
from config.money import cents_of

MOST_PIECES: Final = 99


class MoneyField(forms.CharField):
    """An amount as people of both languages type it; its value is in cents."""

    def __init__(self, *, least_cents: int = 1, **kwargs: Any) -> None:
        """Take amounts of at least `least_cents`."""
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.least_cents = least_cents

    def clean(self, value: Any) -> int:
        """Return the cents; `1,234.56`, `1.234,56` and `1234.5` are all understood."""
        cents = cents_of(super().clean(value))
        if cents is None or not self.least_cents <= cents <= MOST_CENTS:
            raise forms.ValidationError(_("Type an amount such as 150.00."))
        return cents


class ClosingDayField(forms.IntegerField):
    """A day of the month that every month has."""

    def __init__(self, **kwargs: Any) -> None:
        """Take the days on which an invoice may close."""
        super().__init__(
            min_value=CLOSING_DAYS[0],
            max_value=CLOSING_DAYS[-1],
            initial=USUAL_CLOSING_DAY,
            **kwargs,
        )


class CheckoutForm(CardForm):
    """What a buyer types to pay; the card lives no longer than the request."""

    attempt = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST_PIECES, initial=1)


class IssueForm(forms.Form):
    """A card to issue."""

    holder = forms.CharField(
        label=_("Holder"),
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    limit = MoneyField(label=_("Limit"), least_cents=0)
    closing_day = ClosingDayField(label=_("Invoice closes on day"))


class LimitForm(forms.Form):
    """A limit to set."""

    limit = MoneyField(label=_("New limit"), least_cents=0)


class ClosingDayForm(forms.Form):
    """Another closing day."""

    closing_day = ClosingDayField(label=_("New closing day"))


class PayForm(forms.Form):
    """What a holder pays towards an invoice; `attempt` makes a double press one payment."""

    attempt = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)
    amount = MoneyField(label=_("Amount"))


class LoginForm(forms.Form):
    """The login that a holder chooses."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, not all digits, and none that everybody uses."),
    )

    def clean_password(self) -> str:
        """Refuse what is easily guessed, the name that was just chosen too."""
        password: str = self.cleaned_data["password"]
        name = self.cleaned_data.get("username", "")
        validate_password(password, user=get_user_model()(username=name))
        return password
