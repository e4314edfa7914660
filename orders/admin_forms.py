"""What staff fill in about a coupon: a code as buyers' codes are read, and days that fit."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.models import Coupon
from orders.services.coupons import code_of

_is_code: Final = re.compile(r"[!-~]{1,32}").fullmatch


class CouponForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes none
    """A coupon; its code is whatever the checkout makes of what buyers type."""

    class Meta:
        model = Coupon
        fields = (
            *("code", "percent", "amount_cents", "minimum_cents"),
            *("valid_from", "valid_until", "uses", "is_active"),
        )

    def clean_code(self) -> str:
        """Return the code as it is kept."""
        code = code_of(self.cleaned_data["code"])
        if not _is_code(code):
            raise forms.ValidationError(_("Letters without accents, digits and signs, no blanks."))
        return code

    def clean_uses(self) -> int:
        """Refuse fewer uses than orders took; the row stays locked, so that none takes one more."""
        uses: int = self.cleaned_data["uses"]
        rows = Coupon.objects.select_for_update().filter(pk=self.instance.pk)
        used = rows.values_list("used", flat=True).first() or 0
        if uses < used:
            told = ngettext("%(n)d order has used it.", "%(n)d orders have used it.", used)
            raise forms.ValidationError(told % {"n": used})
        if uses < 0:
            raise forms.ValidationError(_("Type a number that is not negative."))
        return uses

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        begin, end = given.get("valid_from"), given.get("valid_until")
        if begin and end and end <= begin:
            self.add_error("valid_until", _("A coupon ends after it begins."))
        return given
