"""The shop's codes in words: what a card was refused for, why a coupon does not count."""

from django.utils.translation import gettext as _

from orders.domain.coupons import Flaw

# The field that a refusal is about; what is not here is about the number.
_FIELDS = {"wrong_cvv": "cvv", "card_expired": "expiry"}


def field_of_refusal(code: str) -> str:
    """Return the checkout's field that a refusal is written under."""
    return _FIELDS.get(code, "number")


def refusal(code: str) -> str:
    """Return what a buyer is told: nothing about the card that its holder would not say."""
    told = {
        "unknown_card": _("The bank does not know this card. Look at its number again."),
        "card_expired": _("The card has expired, or its date was mistyped."),
        "wrong_cvv": _("Date or security code do not fit the card."),
        "card_blocked": _("The card is blocked. Its holder can ask the bank why."),
        "over_limit": _("The card's limit does not cover this."),
    }
    return told.get(code, _("The bank does not take this card."))


def flaw(found: Flaw) -> str:
    """Return why a coupon takes nothing off."""
    return {
        Flaw.UNKNOWN: _("There is no such coupon."),
        Flaw.NOT_YET: _("This coupon does not count yet."),
        Flaw.EXPIRED: _("This coupon counts no more."),
        Flaw.USED_UP: _("This coupon is used up."),
        Flaw.BELOW_MINIMUM: _("This coupon asks for a larger order."),
    }[found]
