"""The bank's codes in words: for a buyer at the shop, and for the holder with numbers."""

from django.utils.translation import gettext as _


def refusal(code: str) -> str:
    """Return what a buyer is told: nothing about the card that its holder would not say."""
    told = {
        "unknown_card": _("The bank does not know this card. Look at its number again."),
        "card_expired": _("The card has expired, or its date was mistyped."),
        "wrong_cvv": _("Date or security code do not fit the card."),
        "card_blocked": _("The card is blocked. Its holder can ask the bank why."),
        "over_limit": _("The card's limit does not cover this."),
    }
    return told.get(code, _("The bank does not pay this."))
