"""What people fill in at the shop's doors: checkout, sign-up, campaign, their own data."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from cards.forms import CardForm
from orders.pages.fields import PersonForm
from orders.services.coupons import code_of


class CheckoutForm(PersonForm, CardForm):
    """Who buys, where it goes, and the card; `attempt` makes a double press one order.

    `total` is what the page has shown, in cents: nobody pays what they have not seen.
    """

    attempt = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)
    total = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    coupon = forms.CharField(
        label=_("Coupon"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    opt_out = forms.BooleanField(required=False, label=_("Do not call me with offers"))

    def clean_coupon(self) -> str:
        """Return the code as it is kept."""
        return code_of(self.cleaned_data["coupon"])


class SignUpForm(PersonForm):
    """A login and the person behind it; the document may be left out."""

    optional = frozenset({"document"})
    address = None  # type: ignore[assignment]  # Django's way of taking an inherited field out

    # As the login reads it, which makes one letter of those that look alike.
    username = UsernameField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        help_text=_("You sign in with it. It is not your e-mail, which is kept sealed."),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, not all digits, and none that everybody uses."),
    )
    telesales = forms.BooleanField(required=False, label=_("You may call me with offers"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the document be empty."""
        super().__init__(*args, **kwargs)
        self.fields["document"].required = False
        self.fields["document"].label = _("CPF, if you like")
        self.order_fields(["username", "password"])

    def clean_password(self) -> str:
        """Refuse what is easily guessed, the name that was just chosen too."""
        password: str = self.cleaned_data["password"]
        name = self.cleaned_data.get("username", "")
        validate_password(password, user=get_user_model()(username=name))
        return password

    def clean_username(self) -> str:
        """Refuse an e-mail: logins stand in the clear."""
        username: str = self.cleaned_data["username"]
        if "@" in username:
            raise forms.ValidationError(_("Choose a name, not an e-mail."))
        return username


class CampaignForm(PersonForm):
    """Who answers a campaign."""

    document = None  # type: ignore[assignment]  # Django's way of taking an inherited field out
    address = None  # type: ignore[assignment]  # the same
    telesales = forms.BooleanField(required=False, label=_("You may call me with offers"))


class MyDataForm(PersonForm):
    """What people may change of their own record."""

    name = None  # type: ignore[assignment]  # Django's way of taking an inherited field out
    email = None  # type: ignore[assignment]  # the same
    document = None  # type: ignore[assignment]  # the same
    address = None  # type: ignore[assignment]  # the same
    region = None  # type: ignore[assignment]  # the same
    opt_out = forms.BooleanField(required=False, label=_("Do not call me with offers"))

    def clean(self) -> dict[str, Any]:
        """Read the phone alone."""
        self.optional = frozenset(PersonForm.base_fields) - {"phone"}
        return super().clean()
