"""What the warehouse's pages say: of a list, of a scan, and of a step that could not be done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.templatetags.site import money
from messaging.whole import TryAgainError
from orders import selectors_staff
from orders.domain import picking
from orders.domain.picking import Line, Scan, ShortReason
from orders.models import PickList
from orders.services import pick_lists
from orders.services.picking import Scanned
from orders.services.short_pick import Shortened


class Said(NamedTuple):
    """A level (`ok`, `wait`, `bad`, `info`, `none`) and the words beside its shape."""

    level: str
    text: str


def badge_of(mine: PickList) -> Said:
    """Return where a list stands."""
    if mine.state == PickList.State.DISPATCHED:
        return Said("ok", _("Dispatched"))
    if mine.state == PickList.State.PICKED:
        return Said("info", _("Picked"))
    if selectors_staff.is_withdrawn(mine):
        return Said("none", _("Put back")) if mine.closed_at else Said("bad", _("Withdrawn"))
    if mine.picker:
        return Said("wait", _("With %(picker)s") % {"picker": mine.picker})
    return Said("none", _("Waiting"))


def is_free(mine: PickList, actor: str) -> bool:
    """Tell whether the person may take the list now."""
    left_after = timedelta(minutes=settings.ORDERS_CLAIM_MINUTES)
    now = timezone.now()
    return picking.is_free(
        mine.picker, mine.touched_at, actor=actor, now=now, left_after=left_after
    )


def scanned(told: Scanned, code: str, name: str) -> Said:
    """Return what to show of a scan of the article called `name`, at once and big."""
    if told.line is None:
        return Said("bad", _("%(code)s is not on this list. Put it back.") % {"code": code[:40]})
    words = {"name": name, "found": told.line.found, "quantity": told.line.picked}
    if told.scan is Scan.ENOUGH:
        return Said("wait", _("%(name)s: there are enough, %(found)s of %(quantity)s.") % words)
    return Said("ok", _("%(name)s: %(found)s of %(quantity)s.") % words)


def shortened(came: Shortened) -> str:
    """Return what a short pick led to."""
    amount = {"amount": money(came.refund_cents)}
    if came.is_cancelled:
        return _("Nothing was found: the order is cancelled and %(amount)s goes back.") % amount
    return _("Noted. %(amount)s goes back to the customer.") % amount


def refusal(error: Exception) -> str:
    """Return why a step was not done; in every case nothing was changed."""
    if isinstance(error, pick_lists.NotYoursError):
        if error.picker:
            return _("%(picker)s has this list.") % {"picker": error.picker}
        return _("Take this list first.")
    return _REFUSALS[type(error)]()


_REFUSALS: dict[type[Exception], Callable[[], str]] = {
    pick_lists.WithdrawnError: lambda: _("The order was cancelled. Put the goods back."),
    pick_lists.PickedAlreadyError: lambda: _("This list is picked already."),
    pick_lists.NotPickedError: lambda: _("This list is not picked yet."),
    pick_lists.NotCompleteError: lambda: _("Some units are neither found nor reported missing."),
    pick_lists.WrongQuantityError: lambda: _("The list holds no such quantity."),
    pick_lists.UnknownListError: lambda: _("There is no such list."),
    TryAgainError: lambda: _("The database did not answer. Nothing is lost: do it again."),
}


def reason(code: str) -> str:
    """Return why units are missing, in words; what is no code stands as it is."""
    return reasons().get(code, code)


def reasons() -> dict[str, str]:
    """Return the reasons to choose from."""
    return {
        ShortReason.NOT_FOUND: _("Not on the shelf"),
        ShortReason.DAMAGED: _("Damaged"),
        ShortReason.EXPIRED: _("Past its date"),
        ShortReason.WRONG_GOODS: _("Something else lies there"),
    }


def choices_of(total_cents: int, lines: list[Line], sku: str) -> list[dict[str, Any]]:
    """Return each quantity that a shortage may leave, with what it gives back."""
    line = next(each for each in lines if each.sku == sku)
    choices = []
    for picked in range(line.picked - 1, -1, -1):
        after = picking.shortened(lines, {sku: picked})
        choices.append(
            {
                "picked": picked,
                "quantity": line.quantity,
                "refund_cents": picking.refund_cents(total_cents, lines, after),
                "cancels": picking.is_nothing(after),
            }
        )
    return choices
