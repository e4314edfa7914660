"""An order in plain words: where it stands, its steps, what cancelling means for the money."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from config.templatetags.site import money
from orders.domain.pipeline import may_be_cancelled
from orders.domain.states import WITHOUT_GOODS, State, Status
from orders.models import Order
from orders.selectors import DONE, FAILED, NEEDS_PERSON, WAITING, Step

_LEVELS: Final = {WAITING: "none", DONE: "ok", FAILED: "bad", NEEDS_PERSON: "wait"}
_PAID: Final = (State.PAID, State.PICKING)


@dataclass(frozen=True, slots=True)
class Told:
    """A badge's level and word, and a sentence that says the same to a customer."""

    level: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step of the timeline in words."""

    name: str
    state: str
    level: str
    word: str
    text: str
    at: datetime | None


def standing(order: Order) -> Told:
    """Return where the order stands."""
    told = _standing(order)
    if order.coupon_code and order.state in WITHOUT_GOODS:
        return replace(told, text=f"{told.text} {_('The coupon may be used again.')}")
    return told


def _standing(order: Order) -> Told:
    status = Status(order.status)
    if status is Status.CANCELLED:
        return Told("none", _("Cancelled"), f"{_why_cancelled(order)} {_money_back(order)}".strip())
    return {
        Status.PLACED: Told("info", _("Placed"), _("Your goods are being set aside.")),
        Status.IN_REVIEW: Told("wait", _("In review"), _("Somebody at the shop looks at it.")),
        Status.RESERVED: Told("info", _("Set aside"), _("The bank is being asked to pay.")),
        Status.PAID: Told("ok", _("Paid"), _("The warehouse packs it next.")),
        Status.PICKING: Told("ok", _("Being packed"), _("The warehouse takes it off its shelves.")),
        Status.PICKED: Told("ok", _("Packed"), _("It waits to be sent.")),
        Status.DISPATCHED: Told("ok", _("Sent"), _("It is on its way to you.")),
        Status.OUT_OF_STOCK: Told("bad", _("Sold out"), _no_charge(_("Others were quicker."))),
        Status.FRAUD: Told("bad", _("Not accepted"), _no_charge(_("The shop declines the order."))),
        Status.PAYMENT_REFUSED: Told("bad", _("Not paid"), _no_charge(_refusal(order.reason))),
    }[status]


def steps(order: Order, found: list[Step]) -> list[ToldStep]:
    """Return the timeline."""
    return [_step(order, each) for each in found]


def can_cancel(order: Order) -> bool:
    """Tell whether the customer may still cancel."""
    return may_be_cancelled(State(order.state))


def if_cancelled(order: Order) -> str:
    """Return what happens to the money when the order is cancelled now."""
    state = State(order.state)
    if state in _PAID:
        facts = {"amount": money(order.charged_cents - order.refunded_cents), **_card(order)}
        return _("%(amount)s will be given back to the card ending in %(last4)s.") % facts
    if state is State.PAYING:
        return _("The bank is being asked right now. If it charges the card, all is given back.")
    return _("Nothing has been charged, and nothing will be.")


def after_cancelling(order: Order) -> str:
    """Return what a cancellation has come to, for the toast."""
    return f"{_('The order is cancelled.')} {_money_back(order)}"


def _step(order: Order, step: Step) -> ToldStep:
    name, texts = _texts(order)[step.step]
    words = {
        WAITING: _("waiting"),
        DONE: _("done"),
        FAILED: _("failed"),
        NEEDS_PERSON: _("a person looks at it"),
    }
    text = texts.get(step.state, "")
    return ToldStep(name, step.state, _LEVELS[step.state], words[step.state], text, step.at)


def _texts(order: Order) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        "stock": (
            _("Goods set aside"),
            {FAILED: _("Not enough was left, or the time was up.")},
        ),
        "fraud": (
            _("Order checked"),
            {NEEDS_PERSON: _("A person decides, within two days.")},
        ),
        **_texts_of_money(order),
        "picking": (_("Goods packed"), {}),
        "dispatch": (_("Parcel sent"), {}),
    }


def _texts_of_money(order: Order) -> dict[str, tuple[str, dict[str, str]]]:
    help_comes = _("It could not go by itself; the shop takes care of it.")
    return {
        "payment": (
            _("Card charged"),
            {
                DONE: _("Card ending in %(last4)s") % _card(order),
                FAILED: _refusal(order.reason),
                NEEDS_PERSON: help_comes,
            },
        ),
        "refund": (
            _("Money given back"),
            {
                WAITING: _("The bank is being asked to give it back."),
                DONE: _("%(amount)s to the card.") % {"amount": money(order.refunded_cents)},
                NEEDS_PERSON: help_comes,
            },
        ),
    }


def _why_cancelled(order: Order) -> str:
    return {
        "reservation_expired": _("It was not paid in time."),
        "short_pick": _("The warehouse could not find the goods."),
    }.get(order.reason, "")


def _money_back(order: Order) -> str:
    state = State(order.state)
    if state is State.SETTLING:
        return _("If the bank has charged the card, all is given back.")
    if state is State.REFUNDING:
        facts = {"amount": money(order.charged_cents - order.refunded_cents), **_card(order)}
        return _("%(amount)s is on its way back to the card ending in %(last4)s.") % facts
    if order.refunded_cents:
        facts = {"amount": money(order.refunded_cents), **_card(order)}
        return _("%(amount)s was given back to the card ending in %(last4)s.") % facts
    return _("Nothing was charged.")


def _refusal(reason: str) -> str:
    told = {
        "card_expired": _("The card has expired."),
        "card_blocked": _("The card is blocked. Its holder can ask the bank why."),
        "over_limit": _("The card's limit does not cover this."),
        "token_lost": _("The shop could not charge the card, through no fault of yours."),
    }
    return told.get(reason, _("The bank does not pay this."))


def _no_charge(why: str) -> str:
    return f"{why} {_('Nothing was charged.')}"


def _card(order: Order) -> dict[str, str]:
    return {"last4": order.card_last4}
